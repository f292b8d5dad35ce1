-- An answer to the survey, say, becomes an objection; an objection stays one.
UPDATE registry.suppression s SET reason = :reason, recorded_on = :on
FROM unnest(CAST(:digests AS bytea[]), CAST(:keys AS smallint[])) AS given (digest, key_version)
WHERE s.digest = given.digest AND s.key_version = given.key_version AND s.scope = :scope
  AND s.reason NOT IN ('objection', 'erasure')
