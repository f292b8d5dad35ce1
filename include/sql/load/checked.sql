-- The gate's last word on the candidates, and whether they were loaded since.
SELECT c.state, CAST(c.counts ->> 'new' AS bigint) AS new, CAST(c.counts ->> 'missing' AS bigint) AS missing,
       EXISTS (SELECT FROM operations.run l
               WHERE l.parent_id = :night_id AND l.kind = 'load' AND l.subject = :audience AND l.state = 'done'
                 AND l.id > c.id) AS loaded
FROM operations.run c
WHERE c.parent_id = :night_id AND c.kind = 'check' AND c.subject = :audience
ORDER BY c.id DESC LIMIT 1
