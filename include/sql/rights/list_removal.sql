-- name: unconfirmed
-- Acted on in the registry, and not yet seen off every list.
SELECT id, number, right_used, digest, key_version, scope, relist, off, deleted, acted_on
FROM operations.rights_case
WHERE state = 'acted' AND (CAST(:case_id AS bigint) IS NULL OR id = :case_id)
ORDER BY id

-- name: named
-- By its id; or by number and right, of which several addresses may have one.
SELECT id, number, right_used, state FROM operations.rights_case
WHERE id = CAST(:case_id AS bigint) OR (number = CAST(:number AS text) AND right_used = CAST(:right_used AS text))
ORDER BY id

-- name: stale_sheets
-- Sheets that nobody imported yet and that would add somebody who is not in the registry any more.
SELECT DISTINCT d.target
FROM operations.sheet_batch d
JOIN operations.plan_item i ON i.plan_id = d.plan_id AND i.action = 'add' AND i.asked_at IS NOT NULL
WHERE d.state = 'ready' AND NOT EXISTS (SELECT FROM registry.address a WHERE a.id = i.address_id)

-- name: find_kept_on
-- The addresses that are in these audiences still, of those whose objection was for the other one only.
SELECT email FROM registry.address WHERE audience = ANY(:audiences) AND email = ANY(:emails)

-- name: note_off
UPDATE operations.rights_case SET off = off || jsonb_build_object(CAST(:target AS text), CAST(:how AS text))
WHERE id = :case_id AND state = 'acted'

-- name: not_rewritten
SELECT id FROM operations.rights_case WHERE deleted > 0 AND rewritten_on IS NULL

-- name: note_rewritten
UPDATE operations.rights_case SET rewritten_on = :on WHERE id = ANY(:cases)
