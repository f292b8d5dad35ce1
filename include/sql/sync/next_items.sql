SELECT i.id, i.address_id, i.member_id, a.email, a.audience
FROM operations.plan_item i LEFT JOIN registry.address a ON a.id = i.address_id
WHERE i.plan_id = :plan_id AND i.action = :action AND i.asked_at IS NULL AND NOT i.dropped
ORDER BY i.id
LIMIT :batch
