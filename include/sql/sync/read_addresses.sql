SELECT id, audience, email FROM registry.address WHERE audience = ANY(:audiences)
