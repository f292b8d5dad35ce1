UPDATE operations.delivery SET state = 'delivered', files = CAST(:files AS jsonb) WHERE id = :delivery_id
