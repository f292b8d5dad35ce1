-- No longer right: not desired any more, or asked for by another run meanwhile.
UPDATE operations.plan_item i SET dropped = true
WHERE i.plan_id = :plan_id AND i.action = 'add' AND i.asked_at IS NULL AND NOT i.dropped
  AND (i.address_id NOT IN (SELECT d.id FROM registry.desired(:run_id, CAST(:audiences AS text[]), CAST(:oldest AS date[])) d)
       OR EXISTS (SELECT FROM registry.listing l
                  WHERE l.target = :target AND l.address_id = i.address_id AND l.add_asked > :made_at))
