-- name: abandon_runs
UPDATE operations.run SET state = 'abandoned', ended_at = :at, reason = 'it was under way when the backup was taken'
WHERE state = 'open' AND id <> :run_id

-- name: supersede_plans
-- Whatever waited when the backup was taken was decided or done since.
UPDATE operations.plan SET state = 'superseded' WHERE state = 'open'

-- name: supersede_sheets
UPDATE operations.sheet_batch SET state = 'superseded' WHERE state IN ('preparing', 'ready', 'imported')

-- name: forget_exports
-- An export from before now is no read of the list any more.
INSERT INTO operations.export (target, taken_at, run_id)
SELECT target, :at, :run_id FROM unnest(CAST(:targets AS text[])) AS given (target)
ON CONFLICT (target) DO UPDATE SET taken_at = excluded.taken_at, run_id = excluded.run_id

-- name: skip_numbers
-- An approval that still waits in Airflow names a plan that is not there any more: its number is not given again.
SELECT operations.leap(:by)

-- name: unsuppress
-- Ended since the backup: the row is in it, and in nothing else.
DELETE FROM registry.suppression WHERE digest = ANY(CAST(:digests AS bytea[])) AND key_version = :key AND scope = :scope

-- name: mark_unseen
-- As their rows were: since when no source brought them, and since when that is proven. Where only the proof came after
-- the backup, the day before it is in the backup.
INSERT INTO registry.unseen (address_id, since, absent_since)
SELECT g.id, coalesce(g.since, u.since, g.absent), g.absent
FROM unnest(CAST(:ids AS bigint[]), CAST(:since AS date[]), CAST(:absent AS date[])) AS g (id, since, absent)
LEFT JOIN registry.unseen u ON u.address_id = g.id
ON CONFLICT (address_id) DO UPDATE SET since = excluded.since, absent_since = excluded.absent_since

-- name: mark_present
-- Back since the backup.
DELETE FROM registry.unseen WHERE address_id = ANY(:ids)

-- name: ask_removals
-- Absent or suppressed since the backup: off the list already or to be taken off. Without this the next read would take
-- whoever we removed for somebody who left.
UPDATE registry.listing SET remove_asked = coalesce(remove_asked, :at), missed_in = NULL WHERE address_id = ANY(:ids)

-- name: forget_listed
-- Deleted since the backup: they had been seen off every list before.
DELETE FROM registry.listing WHERE address_id = ANY(:ids)

-- name: delete_addresses
DELETE FROM registry.address WHERE id = ANY(:ids)

-- name: remember_added
INSERT INTO registry.added_since_backup (digest, key_version, audience, noted_on)
SELECT digest, :key, :audience, :on FROM unnest(CAST(:digests AS bytea[])) AS given (digest)
ON CONFLICT DO NOTHING
