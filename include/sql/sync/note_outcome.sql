UPDATE operations.plan_item SET outcome = :outcome WHERE id = ANY(:items)
