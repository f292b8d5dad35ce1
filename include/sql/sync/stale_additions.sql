-- No longer right: not desired any more, or asked for by a newer plan meanwhile. Which is newer is not a clock's to say.
SELECT i.id
FROM operations.plan_item i
WHERE i.id = ANY(:items)
  AND (NOT EXISTS (SELECT FROM registry.desired(:run_id, CAST(:audiences AS text[]), CAST(:oldest AS date[])) d
                   WHERE d.id = i.address_id)
       OR EXISTS (SELECT FROM operations.plan_item o JOIN operations.plan p ON p.id = o.plan_id
                  WHERE p.target = :target AND o.plan_id > i.plan_id AND o.action = 'add'
                    AND o.address_id = i.address_id AND o.asked_at IS NOT NULL))
