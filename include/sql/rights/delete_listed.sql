DELETE FROM registry.listing l
USING registry.address a
WHERE a.id = l.address_id AND a.email = :email AND a.audience = ANY(:audiences)
