-- Run once by PostgreSQL's image on an empty cluster, by psql as its superuser: logins and databases.
-- Passwords come from the secrets' files, so that they are in no command line and no environment.
\set folder `printf %s "${SECRETS_FOLDER:-/run/secrets}"`
\setenv folder :folder
\set airflow_password `cat "$folder/airflow_db_password"`
\set registry_password `cat "$folder/registry_db_password"`
\set admin_password `cat "$folder/registry_admin_db_password"`

CREATE ROLE airflow LOGIN PASSWORD :'airflow_password';
-- Works in the roles that the migration grants it, and owns nothing.
CREATE ROLE registry_app LOGIN PASSWORD :'registry_password';
-- Migrates the registry; used by the one-shot `init` alone. Makes the roles and may become them (SET), no superuser.
CREATE ROLE registry_admin LOGIN CREATEROLE PASSWORD :'admin_password';
ALTER ROLE registry_admin SET createrole_self_grant = 'set';

CREATE DATABASE airflow OWNER airflow;
CREATE DATABASE registry OWNER registry_admin;
REVOKE ALL ON DATABASE airflow, registry FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE registry TO registry_app;
REVOKE CONNECT ON DATABASE postgres FROM PUBLIC;
