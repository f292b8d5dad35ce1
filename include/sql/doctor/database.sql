-- name: server
SELECT current_setting('server_version') AS version, CAST(current_setting('server_version_num') AS int) / 10000 AS major,
       current_user AS login

-- name: roles
-- Of each role: whether the login may work in it (SET ROLE), and whether it has its rights without saying so.
SELECT given.name, r.oid IS NOT NULL AS there,
       r.oid IS NOT NULL AND pg_has_role(current_user, r.oid, 'SET') AS may_set,
       r.oid IS NOT NULL AND pg_has_role(current_user, r.oid, 'USAGE') AS inherits
FROM unnest(CAST(:roles AS text[])) AS given (name) LEFT JOIN pg_roles r ON r.rolname = given.name

-- name: own_rights
-- What the login may do before it has said in which role it works: nothing, where all is well.
SELECT r.rolsuper OR r.rolcreaterole OR r.rolcreatedb OR r.rolreplication OR r.rolbypassrls AS above,
       (SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname IN ('registry', 'staging', 'operations', 'audit') AND c.relkind IN ('r', 'v')
          AND has_table_privilege(c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, MAINTAIN')) AS tables
FROM pg_roles r WHERE r.rolname = current_user

-- name: schema_version
SELECT max(version_num) AS version FROM public.registry_schema_version

-- name: not_maintained
-- Tables that are to be rewritten after a deletion, and which retention may not rewrite: VACUUM would only warn.
SELECT given.name
FROM unnest(CAST(:tables AS text[])) AS given (name)
LEFT JOIN (pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace) ON n.nspname || '.' || c.relname = given.name
WHERE c.oid IS NULL OR NOT has_table_privilege('retention', c.oid, 'MAINTAIN')
ORDER BY given.name

-- name: clock
-- The one statement that asks the clock: it is what is looked at.
SELECT clock_timestamp() AS at, current_setting('TimeZone') AS zone

-- name: key_versions
SELECT DISTINCT key_version FROM registry.suppression ORDER BY key_version
