DELETE FROM registry.withheld w
USING registry.address a
WHERE w.target = :target AND a.id = w.address_id
  AND EXISTS (SELECT FROM staging.member m WHERE m.run_id = :run_id AND m.reading = 1 AND m.email = a.email)
