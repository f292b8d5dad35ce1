SELECT max(version_num) AS version FROM public.registry_schema_version
