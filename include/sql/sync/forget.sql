DELETE FROM registry.listing l
USING operations.plan_item i
WHERE i.plan_id = :plan_id AND i.action = :action AND l.target = :target AND l.address_id = i.address_id
