-- name: checked
-- The gate's last word on the candidates, and whether they were loaded since.
SELECT c.state, CAST(c.counts ->> 'new' AS bigint) AS new, CAST(c.counts ->> 'not_brought' AS bigint) AS not_brought,
       EXISTS (SELECT FROM operations.run l
               WHERE l.parent_id = :night_id AND l.kind = 'load' AND l.subject = :audience AND l.state = 'done'
                 AND l.id > c.id) AS loaded
FROM operations.run c
WHERE c.parent_id = :night_id AND c.kind = 'check' AND c.subject = :audience
ORDER BY c.id DESC LIMIT 1

-- name: returns
-- Who was not brought for a night or more and is here again.
DELETE FROM registry.unseen u
USING registry.address a
WHERE u.address_id = a.id AND a.audience = :audience
  AND NOT EXISTS (SELECT FROM staging.not_brought m WHERE m.run_id = :night_id AND m.address_id = u.address_id)
RETURNING u.address_id, u.absent_since IS NOT NULL AS was_absent

-- name: absences
-- Run only when every source of the audience proved its extract complete tonight, after `returns`: who is unseen by now
-- is not brought tonight either.
UPDATE registry.unseen u
SET absent_since = :on
FROM registry.address a
WHERE u.address_id = a.id AND a.audience = :audience AND u.absent_since IS NULL

-- name: seen_by_untrusted
-- A source that came whole and did not pass brought them all the same: they are seen, as in unseen_by_any.sql. What is
-- proven absent stays so: it takes a source that may be trusted to bring somebody back.
DELETE FROM registry.unseen u
USING registry.address a
WHERE a.id = u.address_id AND a.audience = :audience AND u.absent_since IS NULL
  AND EXISTS (SELECT FROM staging.row r WHERE r.run_id = ANY(:untrusted) AND r.email = a.email)
RETURNING u.address_id

-- name: unseen
-- No source brought them tonight. Whether they are absent (`absent_since`) is another question. Who was erased meanwhile
-- is left out.
INSERT INTO registry.unseen (address_id, since, absent_since)
SELECT m.address_id, :on, CAST(:absent_since AS date)
FROM staging.not_brought m
WHERE m.run_id = :night_id AND m.audience = :audience
  AND EXISTS (SELECT FROM registry.address a WHERE a.id = m.address_id)
  AND NOT EXISTS (SELECT FROM registry.unseen u WHERE u.address_id = m.address_id)

-- name: unseen_by_any
-- As unseen.sql, where sources came whole and did not pass (`untrusted`, their extracts): whom these brought was seen.
INSERT INTO registry.unseen (address_id, since)
SELECT a.id, :on
FROM staging.not_brought m
JOIN registry.address a ON a.id = m.address_id
WHERE m.run_id = :night_id AND m.audience = :audience
  AND NOT EXISTS (SELECT FROM staging.row r WHERE r.run_id = ANY(:untrusted) AND r.email = a.email)
  AND NOT EXISTS (SELECT FROM registry.unseen u WHERE u.address_id = a.id)

-- name: suppressed_since
-- Whether a suppression is newer than the newest one that an extract of tonight knew.
SELECT coalesce((SELECT max(id) FROM registry.suppression), 0)
       > coalesce(min(coalesce(CAST(r.counts ->> 'suppressions' AS bigint), 0)), 0) AS newer
FROM operations.run r WHERE r.id = ANY(:extracts)

-- name: candidate_addresses
SELECT email FROM staging.candidate WHERE run_id = :night_id AND audience = :audience

-- name: inserts
-- Those whom the registry did not have: ON CONFLICT locks and logs each row that is already there. In order, so that the
-- unique index is written from one end to the other.
INSERT INTO registry.address (audience, email)
SELECT audience, email
FROM staging.candidate
WHERE run_id = :night_id AND audience = :audience AND email <> ALL(CAST(:left_out AS text[]))
ORDER BY email

-- name: last_id
-- The number up to which addresses are known to this load: by it an access request is told since when, at the latest.
SELECT coalesce(max(id), 0) AS last_id FROM registry.address
