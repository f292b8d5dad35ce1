UPDATE operations.rights_case SET state = 'done', undone = true, done_at = :at, done_by = :by
WHERE id = :case_id AND state = 'noted'
