UPDATE operations.delivery SET state = 'imported', imported_at = :at, imported_by = :by
WHERE id = :delivery_id AND state = 'delivered'
