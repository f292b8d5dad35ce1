-- Whether this login could change the view, or anything at all.
SELECT coalesce(bool_or(has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')), false)
       OR (SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user) AS may_write
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = :schema AND c.relname = :view
