-- Back since the backup.
DELETE FROM registry.unseen WHERE address_id = ANY(:ids)
