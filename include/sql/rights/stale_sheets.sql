-- Sheets that nobody imported yet and that would add somebody who is not in the registry any more.
SELECT DISTINCT d.target
FROM operations.delivery d
JOIN operations.plan_item i ON i.plan_id = d.plan_id AND i.action = 'add' AND i.asked_at IS NOT NULL
WHERE d.state = 'delivered' AND NOT EXISTS (SELECT FROM registry.address a WHERE a.id = i.address_id)
