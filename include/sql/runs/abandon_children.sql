UPDATE operations.run SET state = 'abandoned', ended_at = :at, reason = kind || ' of ' || subject || ' did not end'
WHERE state = 'open' AND parent_id = :id
