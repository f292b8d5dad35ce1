"""Write include/sql/schema.sql, the whole schema as pg_dump tells it, for reading and comparing (`make schema`)."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from local.binaries import find_binaries
from local.cluster_secrets import SUPERUSER
from local.commands import base_environment, run_module
from local.console import trouble
from local.errors import LocalError
from local.postgres import Postgres, Server
from local.world_paths import ROOT

SCHEMA_FILE = ROOT / "include" / "sql" / "schema.sql"
HEADER = """-- The schema of the registry's database, as pg_dump of PostgreSQL {major} tells it.
-- `make schema` writes this file from include/sql/schema/*.sql, where changes are made; a test holds the two together.
"""


def read_schema(server: Server, database: str) -> str:
    """Return the text of the file for a migrated database of `server`. LocalError when pg_dump is missing or fails."""
    binaries = find_binaries()
    program = binaries.path("pg_dump")
    if not program.is_file():
        raise LocalError(f"{program} is missing: this PostgreSQL came without its client programs")
    dumped = subprocess.run(
        [program, "--schema-only", "--no-owner", "--dbname", server.url(SUPERUSER, database).replace("+psycopg2", "")],
        capture_output=True,
        text=True,
        check=False,
    )
    if dumped.returncode != 0:
        raise LocalError(f"pg_dump failed: {dumped.stderr.strip()}")
    return HEADER.format(major=binaries.version.split(".")[0]) + _readable(dumped.stdout)


def _readable(dump: str) -> str:
    """Return the dump with short headings and without lines that differ from run to run."""
    lines = [
        line
        for line in dump.splitlines()
        if line != "--"
        and not re.match(r"-- (Dumped|PostgreSQL database dump)|\\(un)?restrict|SE(T|LECT pg_catalog)", line)
    ]
    text = re.sub(r"(?m)^-- Name: (.*); Type: ([^;]*); Schema: .*$", r"-- \2: \1", "\n".join(lines))
    return "\n" + re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def write_schema_file() -> None:
    """Migrate a database of a temporary server, and write its schema to the file."""
    with tempfile.TemporaryDirectory(prefix="email-registry-schema-") as folder:
        Path(folder).chmod(0o711)  # the server's user has to pass through
        cluster = Postgres(Path(folder) / "cluster", fast=True)
        try:
            server = cluster.start()
            urls = {"REGISTRY_URL": server.registry_url, "REGISTRY_ADMIN_URL": server.registry_admin_url}
            run_module(["email_registry.cli", "database", "upgrade"], base_environment() | urls)
            SCHEMA_FILE.write_text(read_schema(server, "registry"), encoding="utf-8")
        finally:
            cluster.kill()


def main() -> int:
    try:
        write_schema_file()
    except LocalError as error:
        trouble(error)
        return 1
    print(f"  written: {SCHEMA_FILE.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
