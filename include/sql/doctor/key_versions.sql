SELECT DISTINCT key_version FROM registry.suppression ORDER BY key_version
