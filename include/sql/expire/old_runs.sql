-- Runs from before that day which nothing needs any more. Kept are the newest of its kind and subject, what something that
-- is kept refers to, deletions without their certificate, and the nights of what is kept.
WITH kept AS (
    SELECT id FROM operations.run WHERE state = 'open' OR business_date >= :before
    UNION SELECT max(id) FROM operations.run GROUP BY kind, subject
    UNION SELECT run_id FROM operations.adoption
    UNION SELECT run_id FROM operations.export
    UNION SELECT missed_in FROM registry.listing WHERE missed_in IS NOT NULL
    UNION SELECT p.run_id FROM operations.plan p
          WHERE p.state = 'open'
             OR EXISTS (SELECT FROM operations.delivery d WHERE d.plan_id = p.id AND d.state IN ('delivered', 'imported'))
    UNION SELECT id FROM operations.run
          WHERE kind = 'expire' AND CAST(counts ->> 'deleted' AS bigint) > 0 AND counts -> 'certified' IS NULL
)
SELECT r.id FROM operations.run r
WHERE NOT EXISTS (SELECT FROM kept WHERE kept.id = r.id)
  AND NOT EXISTS (SELECT FROM operations.run c JOIN kept ON kept.id = c.id WHERE c.parent_id = r.id)
ORDER BY r.id
