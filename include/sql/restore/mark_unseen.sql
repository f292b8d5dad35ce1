-- As their rows were: since when no source brought them, and since when that is proven. Where only the proof came after
-- the backup, the day before it is in the backup.
INSERT INTO registry.unseen (address_id, since, absent_since)
SELECT g.id, coalesce(g.since, u.since, g.absent), g.absent
FROM unnest(CAST(:ids AS bigint[]), CAST(:since AS date[]), CAST(:absent AS date[])) AS g (id, since, absent)
LEFT JOIN registry.unseen u ON u.address_id = g.id
ON CONFLICT (address_id) DO UPDATE SET since = excluded.since, absent_since = excluded.absent_since
