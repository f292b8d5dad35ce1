-- The night lives while any of its steps does.
UPDATE operations.run SET heartbeat_at = :at
WHERE state = 'open' AND id IN (SELECT unnest(ARRAY[r.id, r.parent_id]) FROM operations.run r WHERE r.id = :id)
