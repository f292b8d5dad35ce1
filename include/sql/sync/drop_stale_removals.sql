-- No longer right: desired again, under whichever id.
UPDATE operations.plan_item i SET dropped = true
FROM registry.address mine
WHERE i.plan_id = :plan_id AND i.action = 'remove' AND i.asked_at IS NULL AND NOT i.dropped
  AND mine.id = i.address_id
  AND mine.email IN (SELECT d.email FROM registry.desired(:run_id, CAST(:audiences AS text[]), CAST(:oldest AS date[])) d)
