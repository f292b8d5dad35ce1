-- The cases of an address, whatever right they are of.
SELECT c.id, c.number, c.right_used, c.scope, c.received_on, c.state, c.done_at
FROM unnest(CAST(:digests AS bytea[]), CAST(:keys AS smallint[])) AS given (digest, key_version)
JOIN operations.rights_case c ON c.digest = given.digest AND c.key_version = given.key_version
ORDER BY c.received_on, c.id
