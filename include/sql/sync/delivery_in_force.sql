SELECT d.id, d.plan_id, d.state, d.made_at, d.since, d.files, d.imported_at, p.digest, p.state AS plan_state
FROM operations.delivery d JOIN operations.plan p ON p.id = d.plan_id
WHERE d.target = :target AND d.state IN ('delivered', 'imported')
