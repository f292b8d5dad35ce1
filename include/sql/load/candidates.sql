-- name: proven_sources
-- Return the sources of an audience whose extract was complete tonight, and whether each of them passed the gate.
SELECT p.source, p.run_id,
       (SELECT c.state FROM operations.run c
        WHERE c.parent_id = p.night_id AND c.kind = 'check' AND c.subject = p.source
        ORDER BY c.id DESC LIMIT 1) IS NOT DISTINCT FROM 'done' AS trusted
FROM operations.proof p
WHERE p.night_id = :night_id AND p.audience = :audience AND p.complete
ORDER BY p.source

-- name: clear_candidates
-- Delete the audience's difference that was staged earlier tonight.
WITH not_brought AS (DELETE FROM staging.not_brought WHERE run_id = :night_id AND audience = :audience)
DELETE FROM staging.candidate WHERE run_id = :night_id AND audience = :audience

-- name: deduplicate
-- Stage what load would change: once each address that the registry does not have, and the ids of the addresses that no
-- trusted source brought.
WITH not_brought AS (
    INSERT INTO staging.not_brought (run_id, audience, address_id)
    SELECT :night_id, :audience, id FROM staging.difference WHERE email IS NULL
)
INSERT INTO staging.candidate (run_id, audience, email)
SELECT DISTINCT CAST(:night_id AS bigint), :audience, email FROM staging.difference WHERE id IS NULL

-- name: staged_against_proof
-- Return the sources whose number of staged rows is not the proven one. A database that crashes empties its unlogged
-- tables.
SELECT source, proven, staged
FROM (SELECT p.source, p.staged AS proven, (SELECT count(*) FROM staging.row r WHERE r.run_id = p.run_id) AS staged
      FROM operations.proof p
      WHERE p.night_id = :night_id AND p.audience = :audience AND p.complete) proof
WHERE staged <> proven

-- name: drop_difference
-- Drop the table that the comparison made.
DROP TABLE staging.difference

-- name: compare
-- Compare what the trusted sources brought with what the registry has of the audience. This is the only comparison of a
-- night. Addresses that are in both, which are nearly all, are not written. PostgreSQL runs a statement that makes a
-- table with several workers, but never one that inserts into a table (18.4: 0.75 s instead of 1.1 s for a million on
-- two cores).
CREATE UNLOGGED TABLE staging.difference AS
SELECT a.id, r.email
FROM (SELECT email FROM staging.row WHERE run_id = ANY(:extracts) AND verdict = 'valid') r
FULL JOIN (SELECT id, email FROM registry.address WHERE audience = :audience) a ON a.email = r.email
WHERE a.id IS NULL OR r.email IS NULL

-- name: count_candidates
-- Return the counts of the staged difference: `new` and `not_brought` are staged. `candidates` is how many addresses
-- the audience would have after these changes.
SELECT new, not_brought, (SELECT count(*) FROM registry.address WHERE audience = :audience) - not_brought + new AS candidates
FROM (SELECT (SELECT count(*) FROM staging.candidate WHERE run_id = :night_id AND audience = :audience) AS new,
             (SELECT count(*) FROM staging.not_brought WHERE run_id = :night_id AND audience = :audience) AS not_brought) staged
