-- name: server
SELECT current_setting('server_version') AS version, CAST(current_setting('server_version_num') AS int) / 10000 AS major,
       current_user AS login

-- name: roles
-- Return for each role whether the login may work in it (SET ROLE), and whether it has the role's rights without that.
SELECT given.name, r.oid IS NOT NULL AS there,
       r.oid IS NOT NULL AND pg_has_role(current_user, r.oid, 'SET') AS may_set,
       r.oid IS NOT NULL AND pg_has_role(current_user, r.oid, 'USAGE') AS inherits
FROM unnest(CAST(:roles AS text[])) AS given (name) LEFT JOIN pg_roles r ON r.rolname = given.name

-- name: own_rights
-- Return what the login may do before it sets a role. When all is well, it may do nothing.
SELECT r.rolsuper OR r.rolcreaterole OR r.rolcreatedb OR r.rolreplication OR r.rolbypassrls AS above,
       (SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname IN ('registry', 'staging', 'operations', 'audit') AND c.relkind IN ('r', 'v')
          AND has_table_privilege(c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, MAINTAIN')) AS tables
FROM pg_roles r WHERE r.rolname = current_user

-- name: schema_version
SELECT max(version_num) AS version FROM public.registry_schema_version

-- name: not_maintained
-- Return the tables that have to be rewritten after a deletion, but that retention may not rewrite. This is checked
-- because VACUUM would only warn.
SELECT given.name
FROM unnest(CAST(:tables AS text[])) AS given (name)
LEFT JOIN (pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace) ON n.nspname || '.' || c.relname = given.name
WHERE c.oid IS NULL OR NOT has_table_privilege('retention', c.oid, 'MAINTAIN')
ORDER BY given.name

-- name: clock
-- Return the database's clock and time zone. No other statement reads this clock; here it is what we check.
SELECT clock_timestamp() AS at, current_setting('TimeZone') AS zone

-- name: key_versions
SELECT DISTINCT key_version FROM registry.suppression ORDER BY key_version
