-- name: checked
-- Return the gate's last verdict on the candidates, and whether they were loaded after it.
SELECT c.state, CAST(c.counts ->> 'new' AS bigint) AS new, CAST(c.counts ->> 'not_brought' AS bigint) AS not_brought,
       EXISTS (SELECT FROM operations.run l
               WHERE l.parent_id = :night_id AND l.kind = 'load' AND l.subject = :audience AND l.state = 'done'
                 AND l.id > c.id) AS loaded
FROM operations.run c
WHERE c.parent_id = :night_id AND c.kind = 'check' AND c.subject = :audience
ORDER BY c.id DESC LIMIT 1

-- name: returns
-- Delete the unseen rows of the addresses that a trusted source brought again tonight. Return their ids, and whether
-- they were absent.
DELETE FROM registry.unseen u
USING registry.address a
WHERE u.address_id = a.id AND a.audience = :audience
  AND NOT EXISTS (SELECT FROM staging.not_brought m WHERE m.run_id = :night_id AND m.address_id = u.address_id)
RETURNING u.address_id, u.absent_since IS NOT NULL AS was_absent

-- name: absences
-- Mark the addresses that are still unseen as absent. This runs only when every source of the audience is trusted
-- tonight, and after `returns`, so no source brought these addresses tonight either.
UPDATE registry.unseen u
SET absent_since = :on
FROM registry.address a
WHERE u.address_id = a.id AND a.audience = :audience AND u.absent_since IS NULL

-- name: seen_by_untrusted
-- Delete the unseen rows of addresses that only an untrusted source brought, which was complete and did not pass the
-- gate. They count as seen, as in `unseen_by_any`. An address whose absence is proven stays absent, because only a
-- trusted source can bring it back.
DELETE FROM registry.unseen u
USING registry.address a
WHERE a.id = u.address_id AND a.audience = :audience AND u.absent_since IS NULL
  AND EXISTS (SELECT FROM staging.row r WHERE r.run_id = ANY(:untrusted) AND r.email = a.email)
RETURNING u.address_id

-- name: unseen
-- Note the addresses that no source brought tonight. They are absent only if `absent_since` is given. Addresses that
-- were erased meanwhile are left out.
INSERT INTO registry.unseen (address_id, since, absent_since)
SELECT m.address_id, :on, CAST(:absent_since AS date)
FROM staging.not_brought m
WHERE m.run_id = :night_id AND m.audience = :audience
  AND EXISTS (SELECT FROM registry.address a WHERE a.id = m.address_id)
  AND NOT EXISTS (SELECT FROM registry.unseen u WHERE u.address_id = m.address_id)

-- name: unseen_by_any
-- Note the addresses that no source brought tonight, as `unseen` does, but when some sources were complete and did not
-- pass the gate. `untrusted` are the extracts of these sources. The addresses that they brought count as seen.
INSERT INTO registry.unseen (address_id, since)
SELECT a.id, :on
FROM staging.not_brought m
JOIN registry.address a ON a.id = m.address_id
WHERE m.run_id = :night_id AND m.audience = :audience
  AND NOT EXISTS (SELECT FROM staging.row r WHERE r.run_id = ANY(:untrusted) AND r.email = a.email)
  AND NOT EXISTS (SELECT FROM registry.unseen u WHERE u.address_id = a.id)

-- name: suppressed_since
-- Return whether there is a suppression that an extract of tonight did not know yet.
SELECT coalesce((SELECT max(id) FROM registry.suppression), 0)
       > coalesce(min(coalesce(CAST(r.counts ->> 'suppressions' AS bigint), 0)), 0) AS newer
FROM operations.run r WHERE r.id = ANY(:extracts)

-- name: candidate_addresses
-- Return the audience's candidates that the registry does not have.
SELECT email FROM staging.candidate WHERE run_id = :night_id AND audience = :audience

-- name: inserts
-- Add the addresses that the registry does not have. ON CONFLICT is not used, because it locks and logs each row that
-- is already there. The rows are in order, so that the unique index is written from one end to the other.
INSERT INTO registry.address (audience, email)
SELECT audience, email
FROM staging.candidate
WHERE run_id = :night_id AND audience = :audience AND email <> ALL(CAST(:left_out AS text[]))
ORDER BY email

-- name: last_id
-- Return the highest id of an address after this load. An access request uses it to say since when, at the latest, an
-- address has been in the registry.
SELECT coalesce(max(id), 0) AS last_id FROM registry.address
