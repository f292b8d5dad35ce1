UPDATE operations.plan_item SET dropped = true WHERE id = ANY(:items)
