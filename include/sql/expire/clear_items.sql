DELETE FROM operations.plan_item WHERE id IN (
    SELECT i.id FROM operations.plan_item i JOIN operations.plan p ON p.id = i.plan_id
    WHERE p.run_id = ANY(:runs) LIMIT :batch)
