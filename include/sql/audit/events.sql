-- name: append
SELECT id, hash
FROM audit.append(:at, :actor, :action, :subject, :run_id, CAST(:counts AS jsonb), :policy_digest)

-- name: head
SELECT id, hash, at FROM audit.event ORDER BY id DESC LIMIT 1

-- name: anchored
SELECT hash FROM audit.event WHERE id = :id
