-- Tables that are to be rewritten after a deletion, and which retention may not rewrite: VACUUM would only warn.
SELECT given.name
FROM unnest(CAST(:tables AS text[])) AS given (name)
LEFT JOIN (pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace) ON n.nspname || '.' || c.relname = given.name
WHERE c.oid IS NULL OR NOT has_table_privilege('retention', c.oid, 'MAINTAIN')
ORDER BY given.name
