-- name: v0012_cases
-- What an answer to a person says the second time too; and cases that were ended without doing what was asked.
SET ROLE registry_owner;
ALTER TABLE operations.rights_case
    ADD COLUMN brought text[] NOT NULL DEFAULT '{}',    -- audiences whose sources brought the address when it was deleted
    ADD COLUMN ended   integer,                         -- suppressions that a withdrawal ended
    ADD COLUMN undone  boolean NOT NULL DEFAULT false;  -- nothing was done; why is in the audit
GRANT SELECT (brought) ON operations.rights_case TO report;
RESET ROLE;
