-- Of each role: whether the login may work in it (SET ROLE), and whether it has its rights without saying so.
SELECT given.name, r.oid IS NOT NULL AS there,
       r.oid IS NOT NULL AND pg_has_role(current_user, r.oid, 'SET') AS may_set,
       r.oid IS NOT NULL AND pg_has_role(current_user, r.oid, 'USAGE') AS inherits
FROM unnest(CAST(:roles AS text[])) AS given (name) LEFT JOIN pg_roles r ON r.rolname = given.name
