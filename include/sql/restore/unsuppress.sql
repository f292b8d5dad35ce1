-- Ended since the backup: the row is in it, and in nothing else.
DELETE FROM registry.suppression WHERE digest = ANY(CAST(:digests AS bytea[])) AND key_version = :key AND scope = :scope
