-- No longer right: desired again, under whichever id.
SELECT i.id
FROM operations.plan_item i JOIN registry.address mine ON mine.id = i.address_id
WHERE i.id = ANY(:items)
  AND EXISTS (SELECT FROM registry.desired(:run_id, CAST(:audiences AS text[]), CAST(:oldest AS date[])) d
              WHERE d.email = mine.email)
