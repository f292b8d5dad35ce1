-- Whom no source brings while one is broken, and who come near the most days there may be.
SELECT count(*) AS near, min(u.since) AS since
FROM registry.unseen u JOIN registry.address a ON a.id = u.address_id
WHERE a.audience = :audience AND u.absent_since IS NULL AND u.since <= :near_before
