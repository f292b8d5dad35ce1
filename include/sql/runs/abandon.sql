UPDATE operations.run SET state = 'abandoned', ended_at = :at, reason = 'its worker stopped; the lease was taken over'
WHERE state = 'open' AND (id = :id OR parent_id = :id)
