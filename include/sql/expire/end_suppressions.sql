DELETE FROM registry.suppression WHERE scope = :scope AND lacked_since <= :before
RETURNING digest, key_version, form_version
