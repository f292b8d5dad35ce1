-- This run's, and what runs left that ended without clearing.
DELETE FROM staging.member m
WHERE m.run_id = :run_id OR NOT EXISTS (SELECT FROM operations.run r WHERE r.id = m.run_id AND r.state = 'open')
