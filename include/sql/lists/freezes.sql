-- name: freeze
INSERT INTO operations.freeze (target, until, frozen_at, frozen_by, why)
VALUES (:target, :until, :at, :by, :why)
ON CONFLICT (target) WHERE lifted_at IS NULL
DO UPDATE SET until = excluded.until, frozen_at = excluded.frozen_at, frozen_by = excluded.frozen_by, why = excluded.why

-- name: find_freeze
SELECT until, frozen_by FROM operations.freeze WHERE target = :target AND lifted_at IS NULL AND until >= :on

-- name: thaw
UPDATE operations.freeze SET lifted_at = :at WHERE target = :target AND lifted_at IS NULL
