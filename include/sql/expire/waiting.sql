-- Due before that day and not deleted, because a target has not been seen without them yet.
SELECT count(DISTINCT a.id) AS waiting, array_agg(DISTINCT l.target) AS targets
FROM registry.unseen u
JOIN registry.address a ON a.id = u.address_id
JOIN registry.listing l ON l.address_id = a.id
WHERE a.audience = :audience AND (u.absent_since < :absent_before OR u.since < :unseen_before)
