-- name: closed
SELECT max(business_date) AS business_date FROM operations.run WHERE kind = 'close' AND state = 'done'

-- name: begin
INSERT INTO operations.run (kind, subject, parent_id, owner, state, business_date, started_at, heartbeat_at, policy_digest)
VALUES (:kind, :subject, :parent_id, :owner, 'open', :business_date, :started_at, :at, :policy_digest)
ON CONFLICT (kind, subject) WHERE state = 'open' DO NOTHING
RETURNING id

-- name: open_one
SELECT id, owner, heartbeat_at, business_date FROM operations.run
WHERE kind = :kind AND subject = :subject AND state = 'open'
FOR UPDATE

-- name: beat
-- The night lives while any of its steps does.
UPDATE operations.run SET heartbeat_at = :at
WHERE state = 'open' AND id IN (SELECT unnest(ARRAY[r.id, r.parent_id]) FROM operations.run r WHERE r.id = :id)

-- name: abandon
UPDATE operations.run SET state = 'abandoned', ended_at = :at, reason = 'its worker stopped; the lease was taken over'
WHERE state = 'open' AND (id = :id OR parent_id = :id)

-- name: abandon_children
UPDATE operations.run SET state = 'abandoned', ended_at = :at, reason = kind || ' of ' || subject || ' did not end'
WHERE state = 'open' AND parent_id = :id

-- name: note
UPDATE operations.run SET counts = counts || CAST(:counts AS jsonb) WHERE id = :id

-- name: end
UPDATE operations.run
SET state = :state, ended_at = :at, counts = counts || CAST(:counts AS jsonb), reason = :reason, runbook = :runbook
WHERE id = :id AND state = 'open'
