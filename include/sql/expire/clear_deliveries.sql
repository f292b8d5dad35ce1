DELETE FROM operations.delivery d USING operations.plan p WHERE p.id = d.plan_id AND p.run_id = ANY(:runs)
