-- Acted on in the registry, and not yet seen off every list.
SELECT id, number, right_used, digest, key_version, scope, relist, off, deleted, acted_on
FROM operations.rights_case
WHERE state = 'acted' AND (CAST(:case_id AS bigint) IS NULL OR id = :case_id)
ORDER BY id
