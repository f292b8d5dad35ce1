INSERT INTO registry.suppression (digest, key_version, form_version, scope, reason, recorded_on)
VALUES (:digest, :key_version, :form_version, :scope, :reason, :recorded_on)
ON CONFLICT DO NOTHING
