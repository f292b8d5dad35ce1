-- As unseen.sql, where sources came whole and did not pass (`untrusted`, their extracts): whom these brought was seen.
INSERT INTO registry.unseen (address_id, since)
SELECT a.id, :on
FROM staging.missing m
JOIN registry.address a ON a.id = m.address_id
WHERE m.run_id = :night_id AND m.audience = :audience
  AND NOT EXISTS (SELECT FROM staging.row r WHERE r.run_id = ANY(:untrusted) AND r.email = a.email)
  AND NOT EXISTS (SELECT FROM registry.unseen u WHERE u.address_id = a.id)
