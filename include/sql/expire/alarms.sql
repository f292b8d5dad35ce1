-- name: count_near_deletion
-- Addresses that no source brings while a source is broken, and that come near the most days they may be unseen.
SELECT count(*) AS near, min(u.since) AS since
FROM registry.unseen u JOIN registry.address a ON a.id = u.address_id
WHERE a.audience = :audience AND u.absent_since IS NULL AND u.since <= :near_before

-- name: find_last_whole_nights
-- The last night on which each source of an audience came whole and passed the gate.
SELECT p.source, max(n.business_date) AS whole_on
FROM operations.proof p
JOIN operations.run n ON n.id = p.night_id
WHERE p.audience = :audience AND p.complete
  AND (SELECT c.state FROM operations.run c WHERE c.parent_id = p.night_id AND c.kind = 'check' AND c.subject = p.source
       ORDER BY c.id DESC LIMIT 1) = 'done'
GROUP BY p.source

-- name: count_still_listed
-- Addresses that were due before that day and are not deleted, because no read has shown a target without them yet.
SELECT count(DISTINCT a.id) AS still_listed, array_agg(DISTINCT l.target) AS targets
FROM registry.unseen u
JOIN registry.address a ON a.id = u.address_id
JOIN registry.listing l ON l.address_id = a.id
WHERE a.audience = :audience AND (u.absent_since < :absent_before OR u.since < :unseen_before)
