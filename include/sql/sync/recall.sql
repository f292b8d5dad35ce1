UPDATE registry.listing l SET remove_asked = NULL
FROM operations.plan_item i
WHERE i.plan_id = :plan_id AND i.action = 'recall' AND l.target = :target AND l.address_id = i.address_id
