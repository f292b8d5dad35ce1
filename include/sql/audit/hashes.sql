SELECT id, hash FROM audit.event WHERE id = ANY(:events)
