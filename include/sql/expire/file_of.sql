-- Another number after a rewrite: a VACUUM by somebody who may not only warns, and succeeds.
SELECT pg_relation_filenode('registry.address') AS file
