-- name: read_last_list
-- The members whom we listed, the last read showed, and nobody asked to remove.
SELECT DISTINCT a.email
FROM registry.listing l JOIN registry.address a ON a.id = l.address_id
WHERE l.target = :target AND l.seen IS NOT NULL AND l.remove_asked IS NULL AND l.missed_in IS NULL
