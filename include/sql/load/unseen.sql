-- No source brought them tonight, trusted or not. Whether they are absent is another question.
INSERT INTO registry.unseen (address_id, since)
SELECT a.id, :on
FROM registry.address a
WHERE a.audience = :audience
  AND NOT EXISTS (SELECT FROM staging.row r
                  WHERE r.run_id = :night_id AND r.audience = a.audience AND r.email = a.email)
  AND NOT EXISTS (SELECT FROM registry.unseen u WHERE u.address_id = a.id)
