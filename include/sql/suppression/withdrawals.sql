-- name: note_withdrawal
INSERT INTO registry.withdrawal (digest, key_version, form_version, scope, withdrawn_at)
VALUES (:digest, :key_version, :form_version, :scope, :at)
ON CONFLICT (digest, key_version, form_version, scope) DO UPDATE SET withdrawn_at = excluded.withdrawn_at

-- name: withdrawn
SELECT digest, key_version, scope, withdrawn_at FROM registry.withdrawal
