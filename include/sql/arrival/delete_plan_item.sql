DELETE FROM operations.plan_item
