-- name: count_due
SELECT count(*) AS addresses,
       count(*) FILTER (WHERE due AND NOT listed) AS due,
       count(*) FILTER (WHERE due AND listed) AS still_listed
FROM (
    SELECT coalesce(u.absent_since <= :absent_before OR u.since <= :unseen_before, false) AS due,
           EXISTS (SELECT FROM registry.listing l WHERE l.address_id = a.id) AS listed
    FROM registry.address a LEFT JOIN registry.unseen u ON u.address_id = a.id
    WHERE a.audience = :audience
) address

-- name: find_jump
-- The newest night in a period that came after too long a pause, and that no person has confirmed since. A person
-- confirms it by approving a deletion on that day or later, or by having the database restored on it.
WITH day AS (
    SELECT business_date AS on_day, bool_or(kind = 'restore') AS is_confirmed,
           lag(business_date) OVER (ORDER BY business_date) AS before
    FROM operations.run
    WHERE (kind = 'night' AND state IN ('done', 'held')) OR (kind = 'restore' AND state = 'done')
    GROUP BY business_date
)
SELECT max(on_day) AS jumped_to, max(before) AS jumped_from
FROM day
WHERE on_day - before > :longest AND on_day > :since AND on_day <= :on AND NOT is_confirmed
  AND NOT EXISTS (SELECT FROM operations.plan p JOIN operations.run r ON r.id = p.run_id
                  WHERE p.kind = 'expiry' AND p.subject = :audience AND p.decision = 'approved' AND r.business_date >= day.on_day)

-- name: make_plan
INSERT INTO operations.plan (run_id, kind, subject, state, made_at, counts, released, waiting, reason, digest)
VALUES (:run_id, 'expiry', :audience, 'open', :at, CAST(:counts AS jsonb), :released, :waiting, :reason, '')
RETURNING id

-- name: plan_items
-- Addresses that are due and off every target. A listing row is deleted only after a read, or an export, has shown the
-- list without the member.
INSERT INTO operations.plan_item (plan_id, action, address_id)
SELECT :plan_id, 'delete', a.id
FROM registry.address a JOIN registry.unseen u ON u.address_id = a.id
WHERE a.audience = :audience AND (u.absent_since <= :absent_before OR u.since <= :unseen_before)
  AND NOT EXISTS (SELECT FROM registry.listing l WHERE l.address_id = a.id)
ORDER BY a.id

-- name: digest_items
UPDATE operations.plan SET digest = (
    SELECT encode(sha256(convert_to(coalesce(string_agg(address_id::text, ',' ORDER BY address_id), ''), 'UTF8')), 'hex')
    FROM operations.plan_item WHERE plan_id = :plan_id)
WHERE id = :plan_id
