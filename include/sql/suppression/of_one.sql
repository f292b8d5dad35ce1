SELECT s.id, s.digest, s.key_version, s.form_version, s.scope, s.reason, s.recorded_on, s.brought_on, s.lacked_since
FROM unnest(CAST(:digests AS bytea[]), CAST(:keys AS smallint[])) AS given (digest, key_version)
JOIN registry.suppression s ON s.digest = given.digest AND s.key_version = given.key_version
ORDER BY s.recorded_on, s.id
