INSERT INTO operations.run (kind, subject, parent_id, owner, state, business_date, started_at, heartbeat_at, policy_digest)
VALUES (:kind, :subject, :parent_id, :owner, 'open', :business_date, :started_at, :at, :policy_digest)
ON CONFLICT (kind, subject) WHERE state = 'open' DO NOTHING
RETURNING id
