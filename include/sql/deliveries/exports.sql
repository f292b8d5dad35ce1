-- name: find_last_export
-- An export is believed where it is newer than the one that was read last, and newer than the last import.
SELECT (SELECT taken_at FROM operations.export WHERE target = :target) AS read,
       (SELECT run_id FROM operations.export WHERE target = :target) AS run_id,
       (SELECT max(imported_at) FROM operations.sheet_batch WHERE target = :target) AS imported

-- name: note_export
INSERT INTO operations.export (target, taken_at, run_id) VALUES (:target, :taken_at, :run_id)
ON CONFLICT (target) DO UPDATE SET taken_at = excluded.taken_at, run_id = excluded.run_id

-- name: find_restored_export
-- A restore took the place of the export that was read last, so that no export from before it counts.
SELECT EXISTS (SELECT FROM operations.export e JOIN operations.run r ON r.id = e.run_id
               WHERE e.target = :target AND r.kind = 'restore') AS behind
