-- name: v0001_roles
-- Roles are the cluster's, not the database's: made where they are missing, never changed.
-- None can log in. The login of REGISTRY_URL is a member of each without inheriting anything:
-- it has a right only while it has said which role it works in (SET ROLE).
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['registry_owner', 'loader', 'list_sync', 'retention', 'rights', 'report'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN', name);
            EXCEPTION WHEN duplicate_object OR unique_violation THEN
                NULL;  -- another migration of the same cluster was first
            END;
        END IF;
    END LOOP;
END $$;
