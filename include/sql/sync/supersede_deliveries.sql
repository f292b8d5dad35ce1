UPDATE operations.delivery SET state = 'superseded'
WHERE target = :target AND state IN ('making', 'delivered', 'imported') AND id <> :delivery_id
