-- By the address under any version of the key: the case may be older than the newest one.
SELECT c.id, c.number, c.right_used, c.scope, c.relist, c.identity, c.received_on, c.due_on, c.state, c.acted_on,
       c.off, c.deleted, c.rewritten_on, c.done_at, c.brought, c.ended, c.undone
FROM unnest(CAST(:digests AS bytea[]), CAST(:keys AS smallint[])) AS given (digest, key_version)
JOIN operations.rights_case c ON c.digest = given.digest AND c.key_version = given.key_version
WHERE c.number = :number AND c.right_used = :right_used
