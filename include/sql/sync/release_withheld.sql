-- Whoever is not suppressed by now may be added.
DELETE FROM registry.withheld w
WHERE NOT EXISTS (SELECT FROM operations.adoption a WHERE a.target = w.target AND a.known_at IS NULL)
