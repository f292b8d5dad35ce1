SELECT state, CAST(counts ->> 'new' AS bigint) AS new, CAST(counts ->> 'missing' AS bigint) AS missing
FROM operations.run
WHERE parent_id = :night_id AND kind = 'check' AND subject = :audience
ORDER BY id DESC LIMIT 1
