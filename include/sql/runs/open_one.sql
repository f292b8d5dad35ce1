SELECT id, owner, heartbeat_at, business_date FROM operations.run
WHERE kind = :kind AND subject = :subject AND state = 'open'
FOR UPDATE
