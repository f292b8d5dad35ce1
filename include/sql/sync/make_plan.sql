INSERT INTO operations.plan (run_id, target, state, made_at, counts, released, held, digest, from_read)
VALUES (:run_id, :target, 'open', :at, '{}', '{}', '{}', '', :from_read)
RETURNING id
