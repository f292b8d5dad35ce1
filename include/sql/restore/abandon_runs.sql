UPDATE operations.run SET state = 'abandoned', ended_at = :at, reason = 'it was under way when the backup was taken'
WHERE state = 'open' AND id <> :run_id
