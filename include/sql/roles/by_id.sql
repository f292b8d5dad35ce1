-- From here on some ids are looked up by an index, and no set is compared with another.
SELECT set_config('enable_nestloop', 'on', true)
