-- Absent or suppressed since the backup: off the list already or to be taken off. Without this the next read would take
-- whoever we removed for somebody who left.
UPDATE registry.listing SET remove_asked = coalesce(remove_asked, :at), missed_in = NULL WHERE address_id = ANY(:ids)
