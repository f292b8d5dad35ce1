DELETE FROM registry.address WHERE email = :email AND audience = ANY(:audiences)
RETURNING audience
