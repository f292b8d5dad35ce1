SELECT digest, key_version, scope, withdrawn_at FROM registry.withdrawal
