-- name: grant_login
-- :login is the user of REGISTRY_URL; set_config carries it into the block, which takes no parameters.
SELECT set_config('registry.login', :login, true);
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['loader', 'list_sync', 'retention', 'rights', 'report'] LOOP
        EXECUTE format('GRANT %I TO %I WITH INHERIT FALSE, SET TRUE', name, current_setting('registry.login'));
    END LOOP;
END $$;
-- By which `./registry doctor` and each night see that the schema is the program's.
GRANT SELECT ON public.registry_schema_version TO report
