-- name: observe_seen
-- The members that a complete read shows: seen for the first time, or again after they were missing.
UPDATE registry.listing l
SET seen = coalesce(l.seen, :at), missed_in = NULL, refused_on = NULL
FROM registry.address a
WHERE a.id = l.address_id AND l.target = :target AND (l.seen IS NULL OR l.missed_in IS NOT NULL)
  AND EXISTS (SELECT FROM staging.member m WHERE m.run_id = :run_id AND m.reading = :reading AND m.email = a.email)

-- name: observe_removed
-- The members whose removal was asked and whom the read does not show: this target is done with the address.
DELETE FROM registry.listing l
USING registry.address a
WHERE a.id = l.address_id AND l.target = :target
  AND registry.member_state(l) IN ('removal_asked', 'removal_imported')
  AND NOT EXISTS (SELECT FROM staging.member m WHERE m.run_id = :run_id AND m.reading = :reading AND m.email = a.email)

-- name: adopt
INSERT INTO registry.listing (target, address_id, seen)
SELECT :target, i.address_id, :at
FROM operations.plan_item i
WHERE i.plan_id = :plan_id AND i.action = 'adopt'
  AND EXISTS (SELECT FROM registry.address a WHERE a.id = i.address_id)
ON CONFLICT (target, address_id) DO NOTHING

-- name: cancel_removals
UPDATE registry.listing l SET remove_asked = NULL
FROM operations.plan_item i
WHERE i.plan_id = :plan_id AND i.action = 'cancel_removal' AND l.target = :target AND l.address_id = i.address_id

-- name: observe_missing
UPDATE registry.listing l SET missed_in = :run_id
FROM operations.plan_item i
WHERE i.plan_id = :plan_id AND i.action = 'missing' AND l.target = :target AND l.address_id = i.address_id
  AND l.missed_in IS NULL

-- name: forget_undelivered
-- Additions that were asked, that no read showed, and that are not desired any more. Nothing is under way, so the
-- addresses are on no list and may expire.
DELETE FROM registry.listing l
USING registry.address a
WHERE a.id = l.address_id AND l.target = :target AND l.seen IS NULL
  AND NOT EXISTS (SELECT FROM staging.member m WHERE m.run_id = :run_id AND m.reading = 1 AND m.email = a.email)
  AND NOT EXISTS (SELECT FROM registry.desired(:run_id, CAST(:audiences AS text[]), CAST(:oldest AS date[])) d
                  WHERE d.email = a.email)

-- name: find_left
SELECT a.email, a.audience
FROM operations.plan_item i JOIN registry.address a ON a.id = i.address_id
WHERE i.plan_id = :plan_id AND i.action = 'left' AND i.asked_at IS NULL

-- name: forget_listings
DELETE FROM registry.listing l
USING operations.plan_item i
WHERE i.plan_id = :plan_id AND i.action = :action AND l.target = :target AND l.address_id = i.address_id

-- name: close_items
UPDATE operations.plan_item SET asked_at = :at WHERE plan_id = :plan_id AND action = :action AND asked_at IS NULL
