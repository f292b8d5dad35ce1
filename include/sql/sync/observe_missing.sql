UPDATE registry.listing l SET missed_in = :run_id
FROM operations.plan_item i
WHERE i.plan_id = :plan_id AND i.action = 'missing' AND l.target = :target AND l.address_id = i.address_id
  AND l.missed_in IS NULL
