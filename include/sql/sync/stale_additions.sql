-- No longer right: not desired any more, or asked for by another run meanwhile.
SELECT i.id
FROM operations.plan_item i
WHERE i.id = ANY(:items)
  AND (NOT EXISTS (SELECT FROM registry.desired(:run_id, CAST(:audiences AS text[]), CAST(:oldest AS date[])) d
                   WHERE d.id = i.address_id)
       OR EXISTS (SELECT FROM registry.listing l
                  WHERE l.target = :target AND l.address_id = i.address_id AND l.add_asked > :made_at))
