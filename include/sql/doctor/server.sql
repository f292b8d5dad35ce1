SELECT current_setting('server_version') AS version, CAST(current_setting('server_version_num') AS int) / 10000 AS major,
       current_user AS login
