-- name: find_unconfirmed
-- Cases that were acted on in the registry, and whose person is not seen off every list yet.
SELECT id, number, right_used, digest, key_version, scope, relist, off, deleted, acted_on
FROM operations.rights_case
WHERE state = 'acted' AND (CAST(:case_id AS bigint) IS NULL OR id = :case_id)
ORDER BY id

-- name: find_named
-- Finds a case by its id, or by number and right. Several addresses may have cases of one number and right.
SELECT id, number, right_used, state FROM operations.rights_case
WHERE id = CAST(:case_id AS bigint) OR (number = CAST(:number AS text) AND right_used = CAST(:right_used AS text))
ORDER BY id

-- name: find_stale_sheets
-- Sheets that are not imported yet, and that would add an address which is not in the registry any more.
SELECT DISTINCT d.target
FROM operations.sheet_batch d
JOIN operations.plan_item i ON i.plan_id = d.plan_id AND i.action = 'add' AND i.asked_at IS NOT NULL
WHERE d.state = 'ready' AND NOT EXISTS (SELECT FROM registry.address a WHERE a.id = i.address_id)

-- name: find_kept_on
-- The addresses that these audiences have, of the persons whose objection was for the other audience only.
SELECT email FROM registry.address WHERE audience = ANY(:audiences) AND email = ANY(:emails)

-- name: note_off
UPDATE operations.rights_case SET off = off || jsonb_build_object(CAST(:target AS text), CAST(:how AS text))
WHERE id = :case_id AND state = 'acted'

-- name: find_not_rewritten
SELECT id FROM operations.rights_case WHERE deleted > 0 AND rewritten_on IS NULL

-- name: note_rewritten
UPDATE operations.rights_case SET rewritten_on = :on WHERE id = ANY(:cases)
