SELECT state, CAST(counts ->> 'candidates' AS bigint) AS candidates FROM operations.run
WHERE parent_id = :night_id AND kind = 'check' AND subject = :audience
ORDER BY id DESC LIMIT 1
