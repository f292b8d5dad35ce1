-- Deletions without their certificate: the bytes are not rewritten yet, or whoever did it was killed before it was written.
SELECT r.id, r.subject, r.state, r.business_date, r.policy_digest, r.counts,
       p.id AS plan, p.digest AS plan_digest, p.decided_by, p.decided_at
FROM operations.run r
LEFT JOIN operations.plan p ON p.id = CAST(r.counts ->> 'plan' AS bigint)
WHERE r.kind = 'expire' AND r.subject = ANY(:audiences) AND CAST(r.counts ->> 'deleted' AS bigint) > 0
  AND r.counts -> 'certified' IS NULL
ORDER BY r.id
