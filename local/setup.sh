#!/bin/sh
# Finds a Python that the lock serves and hands over to bootstrap.py. PYTHON names one; else the first that fits.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
found=''

version_of() { "$1" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null </dev/null; }

for candidate in ${PYTHON:-python3 python3.11 python3.12 python3.13 /usr/bin/python3 /usr/local/bin/python3}; do
    version=$(version_of "$candidate") || continue # a pyenv shim of a version that is not switched on fails here
    case $version in
        3.11.* | 3.12.* | 3.13.*)
            if ! "$candidate" -c 'import ensurepip, venv' 2>/dev/null; then
                found="$found${found:+, }$version ($candidate) without venv: install python3-venv"
                continue
            fi
            exec "$candidate" -I "$root/local/bootstrap.py" "$@" ${PYTHON:+--chosen}
            ;;
    esac
    case ", $found," in *", $version "*) ;; *) found="$found${found:+, }$version ($candidate)" ;; esac
done

# What is there may also be too new, which the lock cannot promise to serve.
case $found in
    '') echo "setup: Python 3.11 or newer is needed (3.11, 3.12 or 3.13), found none${PYTHON:+ at $PYTHON}: install one" ;;
    3.1[4-9].*) echo "setup: Python 3.11, 3.12 or 3.13 is needed, found $found: install one, or name it: make PYTHON=/path/to/python3.12 setup" ;;
    *) echo "setup: Python 3.11 or newer is needed (up to 3.13), found $found: install one, or name it: make PYTHON=/path/to/python3.12 setup" ;;
esac >&2
exit 1
