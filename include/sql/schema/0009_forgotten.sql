-- name: v0009_forgotten
-- Who came after the backup that was restored, by keyed hash. On a list they are ours, though the registry does not know
-- them: whoever of them no source brings any more is taken off.
SET ROLE registry_owner;
CREATE TABLE registry.forgotten (
    digest       bytea NOT NULL,
    key_version  smallint NOT NULL,
    audience     text NOT NULL CHECK (audience IN ('person', 'company')),
    noted_on     date NOT NULL,          -- the day of the restore
    PRIMARY KEY (digest, key_version, audience)
);
GRANT SELECT, INSERT ON registry.forgotten TO list_sync;
GRANT SELECT, DELETE, MAINTAIN ON registry.forgotten TO retention;
RESET ROLE;
