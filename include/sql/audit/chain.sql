-- name: read
-- Every event in order, each as the text that its hash was made of. The era is beside the year: a date BC has the same digits.
SELECT id, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"BC') AS at, actor, action, subject, run_id,
       CAST(counts AS text) AS counts, policy_digest, previous, hash
FROM audit.event ORDER BY id

-- name: hashes
SELECT id, hash FROM audit.event WHERE id = ANY(:events)
