-- name: stage
SELECT stage, at, by, why FROM operations.stage WHERE target = :target ORDER BY id DESC LIMIT 1

-- name: move_stage
INSERT INTO operations.stage (target, stage, at, by, why) VALUES (:target, :stage, :at, :by, :why)

-- name: know_who_left
-- Of every list that was adopted, or of one: who had left it before is known now, and suppressed.
UPDATE operations.adoption SET known_at = :at, known_by = :by, known_why = :why
WHERE known_at IS NULL AND target = coalesce(:target, target)

-- name: release_withheld
-- Whoever is not suppressed by now may be added.
DELETE FROM registry.withheld w
WHERE NOT EXISTS (SELECT FROM operations.adoption a WHERE a.target = w.target AND a.known_at IS NULL)
