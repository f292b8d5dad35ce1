UPDATE operations.run
SET state = :state, ended_at = :at, counts = counts || CAST(:counts AS jsonb), reason = :reason, runbook = :runbook
WHERE id = :id AND state = 'open'
