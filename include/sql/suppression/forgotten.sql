SELECT digest, key_version, audience FROM registry.forgotten WHERE audience = ANY(:audiences)
