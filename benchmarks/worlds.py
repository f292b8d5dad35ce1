"""The data that the cases read: a drop, a view, a KasvuCRM; and the environment that says where they are."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import yaml

from benchmarks.cases import DAY
from local.postgres import Server
from local.world_paths import ROOT

SQL = Path(__file__).parent / "sql"
POLICY = ROOT / "include" / "policy" / "sandbox.yaml"
REGION = 4  # of five rows, so many are the office's
SECONDS = 60


def make_drop(folder: Path, rows: int) -> None:
    """Tonight's file of persons, with its marker, written in blocks."""
    folder.mkdir(parents=True, exist_ok=True)
    file, digest = folder / f"ura_persons_{DAY}.csv", hashlib.sha256()
    with file.open("wb") as drop:
        for text in _drop_blocks(rows):
            digest.update(text)
            drop.write(text)
    own = sum(number % 5 < REGION for number in range(rows))
    marker = {"rows": rows, "sha256": digest.hexdigest(), "counts": {"06": own}}
    file.with_name(file.name + ".done").write_text(json.dumps(marker))


def _drop_blocks(rows: int, block: int = 50_000) -> Iterator[bytes]:
    yield b"sahkoposti;maakunta;asiakkuus\n"
    for first in range(0, rows, block):
        lines = (
            f"asiakas{number}@sandbox-posti.fi;{'06' if number % 5 < REGION else '01'};voimassa\n"
            for number in range(first, min(first + block, rows))
        )
        yield "".join(lines).encode()


def make_view(server: Server, rows: int) -> str:
    """URA's view of persons. Returns its URL."""
    engine = sa.create_engine(server.ura_url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        for statement in (SQL / "make_view.sql").read_text().split(";\n"):
            if statement.strip():
                connection.execute(sa.text(statement), {"rows": rows} if ":rows" in statement else {})
    return server.ura_url


@contextmanager
def served(home: Path, latency_ms: int) -> Iterator[dict[str, Any]]:
    """The sandbox in `home`, each of KasvuCRM's answers `latency_ms` late. Gives its endpoints."""
    endpoints = home / "endpoints.json"
    endpoints.unlink(missing_ok=True)
    command = [sys.executable, "-m", "sandbox", "serve", "--home", str(home), "--latency-ms", str(latency_ms)]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + SECONDS
        while not endpoints.exists():
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the sandbox did not start")
            time.sleep(0.05)
        yield json.loads(endpoints.read_text())
    finally:
        server.terminate()
        server.wait(SECONDS)


def make_kasvucrm(home: Path, rows: int) -> None:
    """A world that is KasvuCRM alone."""
    command = [sys.executable, "-m", "sandbox", "create", "--kasvucrm-only", "--addresses", str(rows)]
    subprocess.run(
        [*command, "--date", DAY.isoformat(), "--home", str(home)], cwd=ROOT, check=True, capture_output=True
    )


def environment(folder: Path, **connections: Mapping[str, Any]) -> dict[str, str]:
    """The domain's environment: the sandbox's policy with the ways that are measured, and these connections."""
    secrets = folder / "secrets"
    secrets.mkdir(parents=True, exist_ok=True)
    (secrets / "connections.json").write_text(json.dumps(connections))
    base = yaml.safe_load((POLICY.parent / "pirkanmaa.yaml").read_text(encoding="utf-8"))["sources"]
    odata = base["kasvucrm_companies"]["ways"]["odata"]
    changes = {
        "extends": str(POLICY),
        "sources": {
            "ura_persons": {"ways": {"view": {"table": "bench_persons"}}},
            "kasvucrm_companies": {"ways": {"odata_one": {**odata, "partition": None}}},
        },
    }
    policy = folder / "policy.yaml"
    policy.write_text(yaml.safe_dump(changes), encoding="utf-8")
    return {
        **os.environ,
        "MALLOC_ARENA_MAX": "1",  # as in ./registry
        "REGISTRY_HOME": str(folder),
        "REGISTRY_POLICY": str(policy),
        "REGISTRY_SECRETS": str(secrets),
        "PYTHONPATH": os.pathsep.join((str(ROOT / "plugins"), str(ROOT))),
    }


def odata_login(crm: Mapping[str, Any]) -> dict[str, str]:
    """What the plain loop needs to know of KasvuCRM: the same as our way has."""
    base = yaml.safe_load((POLICY.parent / "pirkanmaa.yaml").read_text(encoding="utf-8"))["sources"]
    way = base["kasvucrm_companies"]["ways"]["odata"]
    more = {"filter": way["filter"], "entity_sets": list(way["entity_sets"]), "page_size": way.get("page_size", 5000)}
    return {"BENCH_CRM": json.dumps({**crm, **more})}
