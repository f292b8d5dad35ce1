#!/bin/sh
# Makes the secret files that docker-compose.yaml names, as far as they are missing; never replaces one.
# Usage: docker/make-secrets.sh [folder]      (default: var/compose/secrets)
#
# The folder is for its owner only. The files in it are readable, because Compose mounts them as they are and the
# services' users (50000, 999) are not the owner; each service gets only the files it names.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
folder=${1:-$root/var/compose/secrets}
umask 077
mkdir -p "$folder"
chmod 700 "$folder"

random() { od -An -v -tx1 -N "$1" /dev/urandom | tr -d ' \n'; }

keep() { # keep NAME TEXT: write it unless it is there
    if [ ! -s "$folder/$1" ]; then
        printf '%s\n' "$2" >"$folder/.$1.new"
        chmod 444 "$folder/.$1.new"
        mv "$folder/.$1.new" "$folder/$1"
        echo "made $folder/$1"
    fi
}

for name in postgres_password airflow_db_password registry_db_password registry_admin_db_password; do
    keep "$name" "$(random 24)"
done
keep api_secret_key "$(random 32)"
keep jwt_secret "$(random 64)"
# Fernet's form: 32 bytes in URL-safe base64.
keep fernet_key "$(head -c 32 /dev/urandom | base64 | tr '+/' '-_')"
# With a lost suppression key, people who objected would be listed again: keep a copy in the office's vault.
keep suppression_keys.json "{\"1\": \"$(random 32)\"}"
# The systems' logins are the office's to fill in: docs/compose.md.
keep connections.json "{}"
chmod 644 "$folder/connections.json"
