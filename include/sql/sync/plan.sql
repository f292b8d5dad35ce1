-- name: move_listings
-- An address may be listed under an id that is not desired any more, while it is desired under another id. The listing
-- then moves to the other id, because the first one could never expire otherwise. A removal that was asked stays asked:
-- without it, somebody whom we removed would be taken for somebody who left.
WITH desired AS (
    SELECT d.id, d.email
    FROM registry.desired(:run_id, CAST(:audiences AS text[]), CAST(:oldest AS date[])) d
), stale AS (
    SELECT l.address_id, d.id AS other,
           EXISTS (SELECT FROM registry.listing o WHERE o.target = :target AND o.address_id = d.id) AS is_duplicate
    FROM registry.listing l
    JOIN registry.address a ON a.id = l.address_id
    JOIN desired d ON d.email = a.email AND d.id <> a.id
    WHERE l.target = :target AND NOT EXISTS (SELECT FROM desired mine WHERE mine.id = a.id)
), dropped AS (
    DELETE FROM registry.listing l USING stale
    WHERE stale.is_duplicate AND l.target = :target AND l.address_id = stale.address_id
)
UPDATE registry.listing l SET address_id = stale.other
FROM stale
WHERE NOT stale.is_duplicate AND l.target = :target AND l.address_id = stale.address_id

-- name: count_standing
-- Compares the read with the members whom we saw on the list before. From these counts a reset is recognised.
WITH listed AS (
    SELECT a.email
    FROM registry.listing l JOIN registry.address a ON a.id = l.address_id
    WHERE l.target = :target AND registry.member_state(l) IN ('on_list', 'missing')
), member AS (
    SELECT m.email FROM staging.member m WHERE m.run_id = :run_id AND m.reading = :reading
)
SELECT (SELECT count(*) FROM listed) AS listed,
       (SELECT count(*) FROM listed l WHERE EXISTS (SELECT FROM member m WHERE m.email = l.email)) AS listed_seen,
       (SELECT count(*) FROM member) AS members

-- name: forget_lost_members
-- A collector that was emptied: its listings that the read does not show are deleted, unless they were missing before.
DELETE FROM registry.listing l
USING registry.address a
WHERE a.id = l.address_id AND l.target = :target AND registry.member_state(l) <> 'missing'
  AND NOT EXISTS (SELECT FROM staging.member m WHERE m.run_id = :run_id AND m.reading = 1 AND m.email = a.email)

-- name: count_desired
-- `refused`: desired, not on the list, and not asked for again for `sync.ask_again_days`.
SELECT count(DISTINCT d.email) AS desired,
       count(DISTINCT d.email) FILTER (WHERE m.email IS NOT NULL) AS listed,
       count(DISTINCT d.email) FILTER (WHERE m.email IS NULL AND l.refused_on > :refused_before) AS refused
FROM registry.desired(:run_id, CAST(:audiences AS text[]), CAST(:oldest AS date[])) d
LEFT JOIN staging.member m ON m.run_id = :run_id AND m.reading = :reading AND m.email = d.email
LEFT JOIN registry.listing l ON l.target = :target AND l.address_id = d.id

-- name: count_withheld
SELECT count(*) AS withheld FROM registry.withheld WHERE target = :target
