GRANT CONNECT ON DATABASE {database} TO ura_reader
