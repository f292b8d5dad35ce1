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
