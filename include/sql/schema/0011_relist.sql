-- name: v0011_relist
-- What keeps somebody off the lists only until they are off them all has a reason of its own: what they ask for since, an
-- objection say, takes its place and stays.
SET ROLE registry_owner;
ALTER TABLE registry.suppression DROP CONSTRAINT suppression_reason_check;
ALTER TABLE registry.suppression ADD CONSTRAINT suppression_reason_check
    CHECK (reason IN ('objection', 'erasure', 'left', 'do_not_contact', 'invalid', 'relist'));
UPDATE registry.suppression s SET reason = 'relist'
FROM operations.rights_case c
WHERE c.relist AND c.state = 'acted' AND s.reason = 'erasure'
  AND c.digest = s.digest AND c.key_version = s.key_version AND c.scope = s.scope;
GRANT UPDATE (reason, recorded_on) ON registry.suppression TO list_sync;
RESET ROLE;
