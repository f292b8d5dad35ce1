#!/bin/sh
# Makes the databases' URLs from the secrets that this service was given, and becomes the command.
# A service without a secret has no such URL: the scheduler never sees the administrator's.
set -eu
secrets=${SECRETS_FOLDER:-/run/secrets}
server=${DATABASE_SERVER:-postgres:5432}

password() { # a password becomes part of a URL: it must need no escaping there
    value=$(cat "$secrets/$1")
    case $value in
        '' | *[!A-Za-z0-9._~-]*)
            echo "entrypoint: the secret $1 is empty or has other characters than A-Z a-z 0-9 . _ ~ -: make it anew" >&2
            exit 2
            ;;
    esac
    printf %s "$value"
}

if [ -e "$secrets/airflow_db_password" ]; then
    found=$(password airflow_db_password)
    export AIRFLOW__DATABASE__SQL_ALCHEMY_CONN="postgresql+psycopg2://airflow:$found@$server/airflow"
    # For the task that ends Airflow's old rows: Airflow takes the other one away from tasks.
    export REGISTRY_AIRFLOW_URL="$AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"
fi
if [ -e "$secrets/registry_db_password" ]; then
    found=$(password registry_db_password)
    export REGISTRY_URL="postgresql+psycopg2://registry_app:$found@$server/registry"
fi
if [ -e "$secrets/registry_admin_db_password" ]; then
    found=$(password registry_admin_db_password)
    export REGISTRY_ADMIN_URL="postgresql+psycopg2://registry_admin:$found@$server/registry"
fi
unset found
exec "$@"
