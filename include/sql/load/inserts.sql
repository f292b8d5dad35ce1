-- Only those whom the registry did not have: ON CONFLICT locks and logs each row that is already there. In order, so
-- that the unique index is written from one end to the other; nobody is lost where another transaction was first.
INSERT INTO registry.address (audience, email)
SELECT audience, email
FROM staging.candidate
WHERE run_id = :night_id AND audience = :audience AND address_id IS NULL
ORDER BY email
ON CONFLICT DO NOTHING
