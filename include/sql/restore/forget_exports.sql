-- An export from before now is no read of the list any more.
INSERT INTO operations.export (target, taken_at, run_id)
SELECT target, :at, :run_id FROM unnest(CAST(:targets AS text[])) AS given (target)
ON CONFLICT (target) DO UPDATE SET taken_at = excluded.taken_at, run_id = excluded.run_id
