-- Filtered before, by anti-join: ON CONFLICT locks and logs each row that is already there.
INSERT INTO registry.address (audience, email)
SELECT c.audience, c.email
FROM staging.candidate c
WHERE c.run_id = :night_id AND c.audience = :audience
  AND NOT EXISTS (SELECT FROM registry.address a WHERE a.audience = c.audience AND a.email = c.email)
