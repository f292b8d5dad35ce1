SELECT id, digest, key_version, form_version, scope FROM registry.suppression
