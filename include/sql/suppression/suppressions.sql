-- name: all
SELECT id, digest, key_version, form_version, scope FROM registry.suppression

-- name: added_since_backup
SELECT digest, key_version, audience FROM registry.added_since_backup WHERE audience = ANY(:audiences)

-- name: record
-- One row each; recording twice leaves one. Who was kept off only until they were off every list is so for this reason from
-- now on. Gives what is new.
INSERT INTO registry.suppression AS kept (digest, key_version, form_version, scope, reason, recorded_on)
SELECT given.digest, :key_version, :form_version, :scope, :reason, :recorded_on
FROM unnest(CAST(:digests AS bytea[])) AS given (digest)
ON CONFLICT (digest, key_version, form_version, scope) DO UPDATE
SET reason = excluded.reason, recorded_on = excluded.recorded_on
WHERE kept.reason = 'relist' AND excluded.reason <> 'relist'
RETURNING digest

-- name: strengthen
-- An answer to the survey, say, becomes an objection; an objection stays one.
UPDATE registry.suppression s SET reason = :reason, recorded_on = :on
FROM unnest(CAST(:digests AS bytea[]), CAST(:keys AS smallint[])) AS given (digest, key_version)
WHERE s.digest = given.digest AND s.key_version = given.key_version AND s.scope = :scope
  AND s.reason NOT IN ('objection', 'erasure')

-- name: of_one
SELECT s.id, s.digest, s.key_version, s.form_version, s.scope, s.reason, s.recorded_on, s.brought_on, s.lacked_since
FROM unnest(CAST(:digests AS bytea[]), CAST(:keys AS smallint[])) AS given (digest, key_version)
JOIN registry.suppression s ON s.digest = given.digest AND s.key_version = given.key_version
ORDER BY s.recorded_on, s.id

-- name: versions_used
-- Whatever was made with a key, by its version.
SELECT key_version, count(*) AS rows
FROM (
    SELECT key_version FROM registry.suppression
    UNION ALL SELECT key_version FROM registry.withdrawal
    UNION ALL SELECT key_version FROM registry.added_since_backup
    UNION ALL SELECT key_version FROM operations.rights_case
) AS made
GROUP BY key_version ORDER BY key_version

-- name: end
DELETE FROM registry.suppression WHERE id = ANY(:ids)
