UPDATE operations.delivery SET state = :state WHERE id = :delivery_id AND state IN ('making', 'delivered', 'imported')
