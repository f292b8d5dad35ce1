SELECT count(*) FROM pg_roles WHERE rolname = 'ura_reader'
