-- A source that came whole and did not pass brought them all the same: they are seen, as in unseen_by_any.sql. What is
-- proven absent stays so: it takes a source that may be trusted to bring somebody back.
DELETE FROM registry.unseen u
USING registry.address a
WHERE a.id = u.address_id AND a.audience = :audience AND u.absent_since IS NULL
  AND EXISTS (SELECT FROM staging.row r WHERE r.run_id = ANY(:untrusted) AND r.email = a.email)
RETURNING u.address_id
