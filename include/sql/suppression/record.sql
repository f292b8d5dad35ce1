-- One row each; recording twice leaves one. Who was kept off only until they were off every list is so for this reason from
-- now on. Gives what is new.
INSERT INTO registry.suppression AS kept (digest, key_version, form_version, scope, reason, recorded_on)
SELECT given.digest, :key_version, :form_version, :scope, :reason, :recorded_on
FROM unnest(CAST(:digests AS bytea[])) AS given (digest)
ON CONFLICT (digest, key_version, form_version, scope) DO UPDATE
SET reason = excluded.reason, recorded_on = excluded.recorded_on
WHERE kept.reason = 'relist' AND excluded.reason <> 'relist'
RETURNING digest
