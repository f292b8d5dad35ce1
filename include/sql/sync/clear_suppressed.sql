-- See clear_members.sql.
DELETE FROM staging.suppressed s
WHERE s.run_id = :run_id OR NOT EXISTS (SELECT FROM operations.run r WHERE r.id = s.run_id AND r.state = 'open')
