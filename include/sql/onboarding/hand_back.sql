-- name: read_last_list
-- The members whom we listed, the last read showed, and nobody asked to remove.
SELECT DISTINCT a.email
FROM registry.listing l JOIN registry.address a ON a.id = l.address_id
WHERE l.target = :target AND registry.member_state(l) = 'on_list'
