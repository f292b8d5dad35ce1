-- name: of_one
-- The cases of an address, whatever right they are of.
SELECT c.id, c.number, c.right_used, c.scope, c.received_on, c.state, c.done_at
FROM unnest(CAST(:digests AS bytea[]), CAST(:keys AS smallint[])) AS given (digest, key_version)
JOIN operations.rights_case c ON c.digest = given.digest AND c.key_version = given.key_version
ORDER BY c.received_on, c.id

-- name: registered
-- What the registry has of one address. `since`: the first load whose last number reaches its own; NULL where the records
-- of loads that early are deleted, or none has noted it.
SELECT a.id, a.audience, u.since AS unseen_since, u.absent_since,
       (SELECT min(r.business_date) FROM operations.run r
        WHERE r.kind = 'load' AND r.subject = a.audience AND r.state = 'done'
          AND CAST(r.counts ->> 'last_id' AS bigint) >= a.id) AS since
FROM registry.address a
LEFT JOIN registry.unseen u ON u.address_id = a.id
WHERE a.audience = ANY(:audiences) AND a.email = :email
ORDER BY a.audience DESC

-- name: listed
SELECT l.target, a.audience, l.add_asked, l.seen, l.remove_asked, l.missed_in IS NOT NULL AS missed
FROM registry.address a JOIN registry.listing l ON l.address_id = a.id
WHERE a.audience = ANY(:audiences) AND a.email = :email

-- name: suppressions_of
-- What keeps the person of a case off only until they are off every list; whatever came since has another reason, and stays.
SELECT s.id, s.digest, s.key_version, s.form_version, s.scope FROM registry.suppression s
JOIN operations.rights_case c ON c.digest = s.digest AND c.key_version = s.key_version AND c.scope = s.scope
WHERE c.id = :case_id AND c.relist AND s.reason = 'relist'
