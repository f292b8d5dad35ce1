-- name: v0004_comparing
-- The comparison of a night makes a table of the difference and drops it again, in one transaction.
SET ROLE registry_owner;
GRANT CREATE ON SCHEMA staging TO loader;
RESET ROLE;
