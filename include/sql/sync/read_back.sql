-- name: refuse_altered
-- The vendor answered that the addition was done, the read lacks the address, and it shows a new member whom nobody
-- knows: the vendor has altered the address. Asking again would add the altered address again.
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

-- name: count_differences
-- Counts how the read differs from the plan: added and not on the list, removed and still on it, not asked at all.
WITH item AS (
    SELECT i.action, i.address_id, i.member_id, i.asked_at, i.dropped, i.outcome
    FROM operations.plan_item i
    WHERE i.plan_id = :plan_id AND i.action = ANY(:actions)
), member AS (
    SELECT m.member_id, m.email FROM staging.member m WHERE m.run_id = :run_id AND m.reading = :reading
)
SELECT (SELECT count(*) FROM item i JOIN registry.address a ON a.id = i.address_id
        WHERE i.action = 'add' AND i.asked_at IS NOT NULL AND i.outcome IS DISTINCT FROM 'refused'
          AND NOT EXISTS (SELECT FROM member m WHERE m.email = a.email)) AS not_on_list,
       (SELECT count(*) FROM item i
        WHERE i.action <> 'add' AND i.asked_at IS NOT NULL
          AND EXISTS (SELECT FROM member m WHERE m.member_id = i.member_id)) AS still_on_list,
       (SELECT count(*) FROM item i WHERE i.asked_at IS NULL AND NOT i.dropped) AS not_asked,
       -- Some servers accept an address twice. The next plan removes the second copies.
       (SELECT count(*) FROM (SELECT FROM item i JOIN registry.address a ON a.id = i.address_id
                              JOIN member m ON m.email = a.email
                              WHERE i.action = 'add' AND i.asked_at IS NOT NULL
                              GROUP BY a.email HAVING count(*) > 1) twice) AS twice
