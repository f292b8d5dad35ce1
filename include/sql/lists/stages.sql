-- name: find_stage
SELECT stage, at, by, why FROM operations.stage WHERE target = :target ORDER BY id DESC LIMIT 1

-- name: move_to_stage
INSERT INTO operations.stage (target, stage, at, by, why) VALUES (:target, :stage, :at, :by, :why)

-- name: note_departures_known
-- For one list that was adopted, or for all: everyone who had left it before is known now, and suppressed.
UPDATE operations.adoption SET known_at = :at, known_by = :by, known_why = :why
WHERE known_at IS NULL AND target = coalesce(:target, target)

-- name: release_withheld
-- Anyone who is not suppressed by now may be added.
DELETE FROM registry.withheld w
WHERE NOT EXISTS (SELECT FROM operations.adoption a WHERE a.target = w.target AND a.known_at IS NULL)
