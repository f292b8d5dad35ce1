-- Those whom the registry did not have: ON CONFLICT locks and logs each row that is already there. In order, so that the
-- unique index is written from one end to the other.
INSERT INTO registry.address (audience, email)
SELECT audience, email
FROM staging.candidate
WHERE run_id = :night_id AND audience = :audience
ORDER BY email
