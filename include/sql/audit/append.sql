SELECT id, hash
FROM audit.append(:at, :actor, :action, :subject, :run_id, CAST(:counts AS jsonb), :policy_digest)
