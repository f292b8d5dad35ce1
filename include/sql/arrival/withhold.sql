INSERT INTO registry.withheld (target, address_id)
SELECT :target, a.id
FROM registry.address a
WHERE a.audience = ANY(CAST(:audiences AS text[]))
  AND NOT EXISTS (SELECT FROM staging.member m WHERE m.run_id = :run_id AND m.reading = 1 AND m.email = a.email)
ON CONFLICT DO NOTHING
