-- Deletions whose bytes were not rewritten yet: their run ended, or was killed, in between.
SELECT id, business_date, CAST(counts ->> 'deleted' AS bigint) AS deleted FROM operations.run
WHERE kind = 'expire' AND subject = :audience AND state <> 'done' AND CAST(counts ->> 'deleted' AS bigint) > 0
  AND counts -> 'rewritten' IS NULL
ORDER BY id
