-- No source brought them tonight. Whether they are absent (`absent_since`) is another question. Who was erased meanwhile
-- is left out.
INSERT INTO registry.unseen (address_id, since, absent_since)
SELECT m.address_id, :on, CAST(:absent_since AS date)
FROM staging.missing m
WHERE m.run_id = :night_id AND m.audience = :audience
  AND EXISTS (SELECT FROM registry.address a WHERE a.id = m.address_id)
  AND NOT EXISTS (SELECT FROM registry.unseen u WHERE u.address_id = m.address_id)
