-- name: roles
-- Roles belong to the cluster and not to the database: this makes those that are missing, and changes none.
-- None can log in. The login of REGISTRY_URL is a member of each without inheriting anything: it has a right only
-- after it has said which role it works in (SET ROLE).
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
