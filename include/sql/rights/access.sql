-- name: find_cases_of_address
-- The cases of an address, of every right.
SELECT c.id, c.number, c.right_used, c.scope, c.received_on, c.state, c.done_at
FROM unnest(CAST(:digests AS bytea[]), CAST(:keys AS smallint[])) AS hashes (digest, key_version)
JOIN operations.rights_case c ON c.digest = hashes.digest AND c.key_version = hashes.key_version
ORDER BY c.received_on, c.id

-- name: find_addresses
-- The rows of one address. `since` is the day of the first load whose last id reaches the id of the row. It is NULL when
-- the records of loads that early are deleted, or when no load noted its last id.
SELECT a.id, a.audience, u.since AS unseen_since, u.absent_since,
       (SELECT min(r.business_date) FROM operations.run r
        WHERE r.kind = 'load' AND r.subject = a.audience AND r.state = 'done'
          AND CAST(r.counts ->> 'last_id' AS bigint) >= a.id) AS since
FROM registry.address a
LEFT JOIN registry.unseen u ON u.address_id = a.id
WHERE a.audience = ANY(:audiences) AND a.email = :email
ORDER BY a.audience DESC

-- name: find_listings
SELECT l.target, a.audience, l.add_asked, l.seen, l.remove_asked, l.missed_in IS NOT NULL AS missed
FROM registry.address a JOIN registry.listing l ON l.address_id = a.id
WHERE a.audience = ANY(:audiences) AND a.email = :email

-- name: find_relist_suppressions
-- The suppression that keeps the person of a case off only until they are off every list. A suppression that came since
-- then has another reason, and is not found here.
SELECT s.id, s.digest, s.key_version, s.form_version, s.scope FROM registry.suppression s
JOIN operations.rights_case c ON c.digest = s.digest AND c.key_version = s.key_version AND c.scope = s.scope
WHERE c.id = :case_id AND c.relist AND s.reason = 'relist'
