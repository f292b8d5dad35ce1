UPDATE operations.plan_item SET dropped = true
WHERE plan_id = :plan_id AND action = 'add' AND asked_at IS NULL
