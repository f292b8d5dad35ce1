-- One row each; recording twice leaves one. Gives the new ones.
INSERT INTO registry.suppression (digest, key_version, form_version, scope, reason, recorded_on)
SELECT given.digest, :key_version, :form_version, :scope, :reason, :recorded_on
FROM unnest(CAST(:digests AS bytea[])) AS given (digest)
ON CONFLICT DO NOTHING
RETURNING digest
