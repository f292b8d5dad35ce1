-- Listed under an id that is no longer desired, while the same address is desired under another: the listing goes over
-- to that one, or the first could never expire. A removal that was asked stays asked: without it somebody we removed
-- would pass for somebody who left.
WITH desired AS (
    SELECT d.id, d.email
    FROM registry.desired(:run_id, CAST(:audiences AS text[]), CAST(:oldest AS date[])) d
), stale AS (
    SELECT l.address_id, d.id AS other,
           EXISTS (SELECT FROM registry.listing o WHERE o.target = :target AND o.address_id = d.id) AS doubled
    FROM registry.listing l
    JOIN registry.address a ON a.id = l.address_id
    JOIN desired d ON d.email = a.email AND d.id <> a.id
    WHERE l.target = :target AND NOT EXISTS (SELECT FROM desired mine WHERE mine.id = a.id)
), dropped AS (
    DELETE FROM registry.listing l USING stale
    WHERE stale.doubled AND l.target = :target AND l.address_id = stale.address_id
)
UPDATE registry.listing l SET address_id = stale.other
FROM stale
WHERE NOT stale.doubled AND l.target = :target AND l.address_id = stale.address_id
