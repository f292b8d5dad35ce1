SELECT p.id, p.run_id, p.target, p.state, p.made_at, p.counts, p.released, p.held, p.reason, p.digest, p.decision,
       p.from_read, p.reset, p.choice,
       r.business_date
FROM operations.plan p JOIN operations.run r ON r.id = p.run_id
WHERE p.id = :plan_id
