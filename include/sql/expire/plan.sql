-- name: count_due
SELECT count(*) AS addresses,
       count(*) FILTER (WHERE due AND NOT listed) AS due,
       count(*) FILTER (WHERE due AND listed) AS still_listed
FROM (
    SELECT coalesce(u.absent_since <= :absent_before OR u.since <= :unseen_before, false) AS due,
           EXISTS (SELECT FROM registry.listing l WHERE l.address_id = a.id) AS listed
    FROM registry.address a LEFT JOIN registry.unseen u ON u.address_id = a.id
    WHERE a.audience = :audience
) every

-- name: jump
-- The newest night in a time that came longer after the one before it than a pause is believed, and that no person has
-- spoken for since: by approving a deletion on that day or later, or by having the database restored on it.
WITH day AS (
    SELECT business_date AS on_day, bool_or(kind = 'restore') AS spoken_for,
           lag(business_date) OVER (ORDER BY business_date) AS before
    FROM operations.run
    WHERE (kind = 'night' AND state IN ('done', 'held')) OR (kind = 'restore' AND state = 'done')
    GROUP BY business_date
)
SELECT max(on_day) AS jumped_to, max(before) AS jumped_from
FROM day
WHERE on_day - before > :longest AND on_day > :since AND on_day <= :on AND NOT spoken_for
  AND NOT EXISTS (SELECT FROM operations.plan p JOIN operations.run r ON r.id = p.run_id
                  WHERE p.kind = 'expiry' AND p.subject = :audience AND p.decision = 'approved' AND r.business_date >= day.on_day)

-- name: make_plan
INSERT INTO operations.plan (run_id, kind, subject, state, made_at, counts, released, waiting, reason, digest)
VALUES (:run_id, 'expiry', :audience, 'open', :at, CAST(:counts AS jsonb), :released, :waiting, :reason, '')
RETURNING id

-- name: plan_items
-- Who is due and off every target: a listing row goes only when a read, or an export, has shown the member gone.
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
