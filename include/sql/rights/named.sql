-- By its id; or by number and right, of which several addresses may have one.
SELECT id, number, right_used, state FROM operations.rights_case
WHERE id = CAST(:case_id AS bigint) OR (number = CAST(:number AS text) AND right_used = CAST(:right_used AS text))
ORDER BY id
