SELECT action, count(*) FILTER (WHERE asked_at IS NOT NULL) AS asked, count(*) FILTER (WHERE dropped) AS dropped
FROM operations.plan_item WHERE plan_id = :plan_id GROUP BY action
