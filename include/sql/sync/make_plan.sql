INSERT INTO operations.plan (run_id, target, state, made_at, counts, released, held, digest)
VALUES (:run_id, :target, 'open', :at, '{}', '{}', '{}', '')
RETURNING id
