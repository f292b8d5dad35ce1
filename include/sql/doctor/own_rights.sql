-- What the login may do before it has said in which role it works: nothing, where all is well.
SELECT r.rolsuper OR r.rolcreaterole OR r.rolcreatedb OR r.rolreplication OR r.rolbypassrls AS above,
       (SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname IN ('registry', 'staging', 'operations', 'audit') AND c.relkind IN ('r', 'v')
          AND has_table_privilege(c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, MAINTAIN')) AS tables
FROM pg_roles r WHERE r.rolname = current_user
