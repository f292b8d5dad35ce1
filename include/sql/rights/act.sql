-- name: move_listings
-- A joint list keeps an address that its other audience has: the listing moves to the row of that audience.
UPDATE registry.listing l SET address_id = other.id
FROM registry.address mine, registry.address other
WHERE mine.email = :email AND mine.audience = ANY(:audiences) AND l.address_id = mine.id AND l.target = ANY(:targets)
  AND other.email = :email AND other.audience = ANY(:others)
  AND NOT EXISTS (SELECT FROM registry.listing o WHERE o.target = l.target AND o.address_id = other.id)

-- name: delete_listings
DELETE FROM registry.listing l
USING registry.address a
WHERE a.id = l.address_id AND a.email = :email AND a.audience = ANY(:audiences)

-- name: delete_address
DELETE FROM registry.address WHERE email = :email AND audience = ANY(:audiences)
RETURNING audience

-- name: note_ended
UPDATE operations.rights_case SET ended = :ended WHERE id = :case_id
