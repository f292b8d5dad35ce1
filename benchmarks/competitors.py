"""Who plays the nights: ours, the floor, and what one would use instead; each night in a process of its own."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
import yaml
from psycopg2 import sql

from benchmarks import peers_env
from benchmarks.nights_data import Night
from local.cluster_files import private_folder, write_private
from local.cluster_secrets import SUPERUSER
from local.postgres import Server, keep_to_login
from local.world_paths import ROOT

Result = dict[str, Any]
PEERS = Path(__file__).parent / "peers"
POLICIES = ROOT / "include" / "policy"
SQL = Path(__file__).parent / "sql"
TEMPLATE = "bench_template"
MB = 1024 * 1024


@dataclass(frozen=True)
class Contestant:
    """`most`: rows above which it is played only with --all. `once_from`: from so many rows on in one round only."""

    name: str
    title: str
    most: int | None = None
    once_from: int | None = None

    def plays(self, size: int, round_: int, everything: bool) -> bool:
        if not everything and self.most is not None and size > self.most:
            return False
        return round_ == 1 or everything or self.once_from is None or size < self.once_from


OURS = Contestant("ours", "**ours**")
SUPPRESSING = Contestant("suppressing", "ours, with 1 000 suppressed: everybody hashed", once_from=0)
FLOOR = Contestant("floor", "the floor: COPY alone, nothing judged")
CONTESTANTS = (
    FLOOR,
    OURS,
    SUPPRESSING,
    Contestant("dlt_arrow", "dlt, Arrow tables (given clean rows)"),
    Contestant("pandas_merge", "pandas, to_sql, merge"),
    Contestant("dlt_dicts", "dlt, dicts, regular expression", most=1_000_000, once_from=1_000_000),
    Contestant("loop", "loop with email-validator, upserts", most=999_999),
    Contestant("upsert", "upsert of every row (given clean rows)", once_from=0),
)


@dataclass(frozen=True)
class Place:
    """A fresh database of one contestant, and the environment of its processes."""

    server: Server
    database: str
    environment: Mapping[str, str] = field(repr=False)

    def play(self, competitor: Contestant, night: Night) -> Result:
        """One night: rows, seconds, peak_mb, wal_mb."""
        before = self.wal()
        found = run(
            _command(competitor, night),
            {**self.environment, **_files(night)},
            f"{competitor.name}, night {night.number}",
        )
        found["wal_mb"] = round((self.wal() - before) / MB, 3)
        self.rest()
        return {"contestant": competitor.name, "night": night.number, **found}

    def ours(self, command: str, *nights: Night) -> Result:
        """A command of benchmarks.ours."""
        line = [sys.executable, "-m", "benchmarks.ours", command, *(night.on.isoformat() for night in nights)]
        return run(line, self.environment, f"ours, {command}")

    def wal(self) -> int:
        """How much the server has written to its log so far, in bytes."""
        return int(self.ask("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')")[0])

    def rest(self) -> None:
        """What autovacuum and checkpoints do in a day."""
        self.ask("VACUUM (ANALYZE)")
        self.ask("CHECKPOINT")

    def ask(self, query: str) -> tuple[Any, ...]:
        """The superuser's first row."""
        with self.server.superuser(self.database) as cursor:
            cursor.execute(query)
            return (cursor.fetchone() or ()) if cursor.description else ()


@contextmanager
def place(server: Server, folder: Path, competitor: Contestant) -> Iterator[Place]:
    """A database that is fresh, dropped afterwards. Ours is cloned from one that was migrated."""
    name = f"bench_{secrets.token_hex(6)}"
    home = private_folder(folder / name)
    our_own = competitor in (OURS, SUPPRESSING)
    create_database(server, name, TEMPLATE if our_own else "template1")
    made = Place(server, name, _ours(server, home, name) if our_own else _peers(server, home, name))
    try:
        if competitor is SUPPRESSING:
            made.ask((SQL / "suppress.sql").read_text(encoding="utf-8"))
        made.ask("CHECKPOINT")
        yield made
    finally:
        with server.superuser() as cursor:
            cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def make_template(server: Server, folder: Path) -> None:
    """A migrated and empty registry, by the real command."""
    create_database(server, TEMPLATE, "template1")
    environment = _ours(server, private_folder(folder / "template"), TEMPLATE)
    command = [sys.executable, "-m", "email_registry.cli", "database", "upgrade"]
    done = subprocess.run(command, cwd=ROOT, env=dict(environment), capture_output=True, text=True)
    if done.returncode != 0:
        raise click.ClickException(f"database upgrade: {_last(done.stderr)}")


def create_database(server: Server, name: str, template: str) -> None:
    """Open to registry_app and the superuser."""
    made = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
    with server.superuser() as cursor:
        cursor.execute(made)
        keep_to_login(cursor, name, "registry_app")


def run(command: list[str], environment: Mapping[str, str], about: str) -> Result:
    """A process that prints one line of JSON."""
    done = subprocess.run(command, cwd=ROOT, env=dict(environment), capture_output=True, text=True)
    if done.returncode != 0:
        raise click.ClickException(f"{about}: {_last(done.stderr)}")
    found: Result = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def _last(text: str) -> str:
    """What a program said last, unless it could hold an address."""
    line = (text.strip().splitlines() or ["no word of why"])[-1]
    return line.split(":")[0] if "@" in line else line


def _command(competitor: Contestant, night: Night) -> list[str]:
    if competitor in (OURS, SUPPRESSING):
        return [sys.executable, "-m", "benchmarks.ours", "nights", night.on.isoformat()]
    return [str(peers_env.PYTHON), str(PEERS / f"{competitor.name}.py")]


def _files(night: Night) -> dict[str, str]:
    return {
        "BENCH_DATE": night.on.isoformat(),
        "BENCH_DROP": str(night.drop),
        "BENCH_ADDRESSES": str(night.addresses),
        "BENCH_CLEAN": str(night.clean),
    }


def _peers(server: Server, home: Path, database: str) -> dict[str, str]:
    url = server.url(SUPERUSER, database).replace("+psycopg2", "")
    return {**os.environ, "BENCH_URL": url, "BENCH_STATE": str(home), "DLT_DATA_DIR": str(home)}


def _ours(server: Server, home: Path, database: str) -> dict[str, str]:
    write_private(
        home / "connections.json", json.dumps({"ura_files": {"extra": {"folder": str(home.parent / "drop")}}})
    )
    write_private(home / "suppression_keys.json", json.dumps({"1": secrets.token_hex(32)}))
    write_private(home / "policy.yaml", yaml.safe_dump(policy()))
    return {
        **os.environ,
        "MALLOC_ARENA_MAX": "1",  # as in ./registry
        "PYTHONPATH": os.pathsep.join((str(ROOT / "plugins"), str(ROOT))),
        "REGISTRY_ADMIN_URL": server.url(SUPERUSER, database),
        "REGISTRY_HOME": str(home),
        "REGISTRY_POLICY": str(home / "policy.yaml"),
        "REGISTRY_SECRETS": str(home),
        "REGISTRY_URL": server.url("registry_app", database),
    }


def policy() -> dict[str, Any]:
    """The office's policy with one audience, one source and one list."""
    whole, sandbox = (
        yaml.safe_load((POLICIES / name).read_text(encoding="utf-8")) for name in ("pirkanmaa.yaml", "sandbox.yaml")
    )
    source = whole["sources"]["ura_persons"]
    source["ways"]["file"]["counts_key"] = sandbox["sources"]["ura_persons"]["ways"]["file"]["counts_key"]
    target = whole["targets"]["henkiloasiakkaat"] | sandbox["targets"]["henkiloasiakkaat"]
    changes: dict[str, Any] = {
        "audiences": {"person": whole["audiences"]["person"]},
        "sources": {"ura_persons": source},
        "targets": {"henkiloasiakkaat": target},
    }
    return {**whole, **changes}
