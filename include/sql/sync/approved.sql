-- name: find_left_in_reset
SELECT a.email, a.audience
FROM operations.plan_item i JOIN registry.address a ON a.id = i.address_id
WHERE i.plan_id = :plan_id AND i.action IN ('reset_wanted', 'reset_unwanted') AND i.asked_at IS NULL
