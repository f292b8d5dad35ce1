-- A joint list keeps whoever stays in its other audience: the listing goes over to that one.
UPDATE registry.listing l SET address_id = other.id
FROM registry.address mine, registry.address other
WHERE mine.email = :email AND mine.audience = ANY(:audiences) AND l.address_id = mine.id AND l.target = ANY(:targets)
  AND other.email = :email AND other.audience = ANY(:others)
  AND NOT EXISTS (SELECT FROM registry.listing o WHERE o.target = l.target AND o.address_id = other.id)
