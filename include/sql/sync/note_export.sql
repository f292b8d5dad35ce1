INSERT INTO operations.export (target, taken_at, run_id) VALUES (:target, :taken_at, :run_id)
ON CONFLICT (target) DO UPDATE SET taken_at = excluded.taken_at, run_id = excluded.run_id
