-- Who is due and off every target: a listing row goes only when a read, or an export, has shown the member gone.
INSERT INTO operations.plan_item (plan_id, action, address_id)
SELECT :plan_id, 'delete', a.id
FROM registry.address a JOIN registry.unseen u ON u.address_id = a.id
WHERE a.audience = :audience AND (u.absent_since <= :absent_before OR u.since <= :unseen_before)
  AND NOT EXISTS (SELECT FROM registry.listing l WHERE l.address_id = a.id)
ORDER BY a.id
