UPDATE operations.plan_item SET asked_at = :at WHERE id = ANY(:items)
