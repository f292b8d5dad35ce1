INSERT INTO registry.listing (target, address_id, seen)
SELECT :target, i.address_id, :at
FROM operations.plan_item i
WHERE i.plan_id = :plan_id AND i.action = 'adopt'
  AND EXISTS (SELECT FROM registry.address a WHERE a.id = i.address_id)
ON CONFLICT (target, address_id) DO NOTHING
