-- name: v0010_keys
-- Who keeps the keys sees what was made with them.
SET ROLE registry_owner;
GRANT SELECT ON registry.forgotten TO rights;
RESET ROLE;
