-- name: last_listed
-- Whom the list held at the last read, of those that we listed, and who was not asked to go.
SELECT DISTINCT a.email
FROM registry.listing l JOIN registry.address a ON a.id = l.address_id
WHERE l.target = :target AND l.seen IS NOT NULL AND l.remove_asked IS NULL AND l.missed_in IS NULL
