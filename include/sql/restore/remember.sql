INSERT INTO registry.forgotten (digest, key_version, audience, noted_on)
SELECT digest, :key, :audience, :on FROM unnest(CAST(:digests AS bytea[])) AS given (digest)
ON CONFLICT DO NOTHING
