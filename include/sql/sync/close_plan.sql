UPDATE operations.plan SET state = 'done' WHERE id = :plan_id AND state = 'open'
