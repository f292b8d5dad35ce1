INSERT INTO operations.plan (run_id, target, state, made_at, counts, released, held, reason, digest)
VALUES (:run_id, :target, 'open', :at, CAST(:counts AS jsonb), :released, :held, :reason, '')
RETURNING id
