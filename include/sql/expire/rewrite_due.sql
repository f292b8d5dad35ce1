-- name: find_pending
-- Deletions without their certificate: the bytes are not rewritten yet, or the worker was killed before it wrote the
-- certificate.
SELECT r.id, r.subject, r.state, r.business_date, r.policy_digest, r.counts,
       p.id AS plan, p.digest AS plan_digest, p.decided_by, p.decided_at
FROM operations.run r
LEFT JOIN operations.plan p ON p.id = CAST(r.counts ->> 'plan' AS bigint)
WHERE r.kind = 'expire' AND r.subject = ANY(:audiences) AND CAST(r.counts ->> 'deleted' AS bigint) > 0
  AND r.counts -> 'certified' IS NULL
ORDER BY r.id

-- name: find_last_rewrite
SELECT max(CAST(counts ->> 'rewritten_on' AS date)) AS rewritten_on FROM operations.run
WHERE kind = 'expire' AND business_date <= :on

-- name: find_file
-- The number changes with a rewrite. VACUUM by a role without the right only warns, and succeeds.
SELECT pg_relation_filenode('registry.address') AS file
