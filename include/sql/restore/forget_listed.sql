-- Deleted since the backup: they had been seen off every list before.
DELETE FROM registry.listing WHERE address_id = ANY(:ids)
