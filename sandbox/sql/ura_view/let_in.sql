GRANT CONNECT ON DATABASE {database} TO {reader}
