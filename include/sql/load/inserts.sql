-- Those whom the registry did not have: ON CONFLICT locks and logs each row that is already there. In order, so that the
-- unique index is written from one end to the other.
INSERT INTO registry.address (audience, email)
SELECT audience, email
FROM staging.candidate
WHERE run_id = :night_id AND audience = :audience AND email <> ALL(CAST(:left_out AS text[]))
ORDER BY email
