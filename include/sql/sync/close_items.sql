UPDATE operations.plan_item SET asked_at = :at WHERE plan_id = :plan_id AND action = :action AND asked_at IS NULL
