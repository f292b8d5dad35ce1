-- Answered as done, and not there under the address that was asked for, while somebody is there now whom nobody knows:
-- the vendor made another one of it. Asking again would add that one again.
UPDATE registry.listing l SET refused_on = :on
FROM operations.plan_item i, registry.address a
WHERE i.plan_id = :plan_id AND i.action = 'add' AND i.outcome = 'done'
  AND a.id = i.address_id AND l.target = :target AND l.address_id = i.address_id
  AND NOT EXISTS (SELECT FROM staging.member m WHERE m.run_id = :run_id AND m.reading = :reading AND m.email = a.email)
  AND EXISTS (SELECT FROM staging.member m
              WHERE m.run_id = :run_id AND m.reading = :reading
                AND NOT EXISTS (SELECT FROM staging.member o
                                WHERE o.run_id = :run_id AND o.reading < :reading AND o.member_id = m.member_id)
                AND NOT EXISTS (SELECT FROM registry.listing known JOIN registry.address k ON k.id = known.address_id
                                WHERE known.target = :target AND k.email = m.email))
