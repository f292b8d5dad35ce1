-- No source brought them tonight, trusted or not (`untrusted`: the extracts that did not pass). Whether they are absent
-- is another question.
INSERT INTO registry.unseen (address_id, since)
SELECT a.id, :on
FROM registry.address a
WHERE a.audience = :audience
  AND NOT EXISTS (SELECT FROM staging.candidate c
                  WHERE c.run_id = :night_id AND c.audience = :audience AND c.address_id = a.id)
  AND NOT EXISTS (SELECT FROM staging.row r WHERE r.run_id = ANY(:untrusted) AND r.email = a.email)
  AND NOT EXISTS (SELECT FROM registry.unseen u WHERE u.address_id = a.id)
