"""A new key by command; the old ones match until nothing was made with them any more."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from email_registry import suppression
from email_registry.boundaries.database import transaction
from email_registry.errors import DatabaseFailed, Held
from email_registry.suppression import Reason
from email_registry.suppression.key_rotation import key_uses, retire, rotate
from tests.audit.test_no_event_no_act import without_audit
from tests.conftest import ROOT
from tests.registry_rows import run_sql

DAY = date(2026, 11, 23)
AINO, EERO = "aino@posti.fi", "eero@posti.fi"


@pytest.fixture
def keys_file(registry_env: dict[str, str]) -> Path:
    return Path(registry_env["REGISTRY_SECRETS"]) / "suppression_keys.json"


@pytest.fixture
def admin_url(registry_env: dict[str, str], keys_file: Path) -> str:
    return registry_env["REGISTRY_ADMIN_URL"]


def record(email: str) -> None:
    with transaction("list_sync") as database:
        suppression.record(database, [email], "all", Reason.OBJECTION, DAY)


def suppressed(email: str) -> bool:
    with transaction("loader") as database:
        return suppression.load(database, ["person"]).contains("person", email)


def test_who_was_suppressed_before_stays_so_and_who_is_after_is_so_under_the_new_key(
    admin_url: str, keys_file: Path
) -> None:
    record(AINO)
    old = json.loads(keys_file.read_text())
    assert rotate(by="Maija", why="yearly") == 2
    new = json.loads(keys_file.read_text())
    assert (new["1"], len(new["2"]), new["2"] != new["1"]) == (old["1"], 64, True)
    assert keys_file.stat().st_mode & 0o777 == 0o600
    record(EERO)
    assert (suppressed(AINO), suppressed(EERO), suppressed("iida@posti.fi")) == (True, True, False)
    rows = run_sql(admin_url, "SELECT key_version, count(*) FROM registry.suppression GROUP BY 1 ORDER BY 1")
    assert rows == [(1, 1), (2, 1)]
    assert [(use.version, use.newest, use.rows, use.journal) for use in key_uses()] == [
        (1, False, 1, 1),
        (2, True, 1, 1),
    ]
    events = run_sql(admin_url, "SELECT action, actor, counts FROM audit.event")
    assert events == [("new key", "Maija", {"version": 2, "why": "yearly"})]


def test_a_version_goes_when_its_last_row_has_ended_and_never_the_newest(admin_url: str, keys_file: Path) -> None:
    record(AINO)
    with pytest.raises(Held, match="in use"):
        retire(1, by="Maija", why="x")
    rotate(by="Maija", why="x")
    with pytest.raises(Held, match="1 rows and 1 lines of the journal were made with version 1"):
        retire(1, by="Maija", why="x")
    run_sql(admin_url, "DELETE FROM registry.suppression")
    with pytest.raises(Held, match="0 rows and 1 lines"):
        retire(1, by="Maija", why="x")
    journal = keys_file.parent.parent / "audit" / "journal.jsonl"
    found = list(keys_file.parent.parent.rglob("journal.jsonl"))
    assert found, journal
    found[0].unlink()
    retire(1, by="Maija", why="x")
    assert list(json.loads(keys_file.read_text())) == ["2"]


@pytest.mark.parametrize(
    "made",
    [
        "INSERT INTO registry.withdrawal VALUES ('', 1, 1, 'all', now())",
        "INSERT INTO registry.added_since_backup VALUES ('', 1, 'person', '2026-11-23')",
        "INSERT INTO operations.rights_case (number, right_used, digest, key_version, form_version, scope, relist,"
        " identity, received_on, due_on, state, opened_at, opened_by) VALUES ('1', 'access', '', 1, 1, 'all', false,"
        " 'x', '2026-11-23', '2026-12-23', 'noted', now(), 'x')",
    ],
)
def test_whatever_was_made_with_a_version_keeps_it(admin_url: str, made: str) -> None:
    rotate(by="Maija", why="x")
    run_sql(admin_url, made)
    with pytest.raises(Held, match="1 rows"):
        retire(1, by="Maija", why="x")


def test_without_its_event_the_file_stays_as_it_was(admin_url: str, keys_file: Path) -> None:
    before = keys_file.read_text()
    with without_audit(admin_url), pytest.raises(DatabaseFailed):
        rotate(by="Maija", why="x")
    assert keys_file.read_text() == before


def test_by_command_and_no_key_is_shown(admin_url: str, registry_env: dict[str, str], keys_file: Path) -> None:
    def keys(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "email_registry.cli", "keys", *arguments],
            cwd=ROOT, env={**registry_env, "PYTHONPATH": str(ROOT / "plugins")}, capture_output=True, text=True,
            timeout=60,
        )  # fmt: skip

    assert json.loads(keys("rotate", "--why", "yearly", "--json").stdout)["version"] == 2
    shown = keys("show")
    assert shown.stdout.splitlines()[-1] == "version 2: 0 rows, 0 lines of the journal, the newest"
    retired = keys("retire", "1", "--why", "nothing left")
    assert (retired.returncode, list(json.loads(keys_file.read_text()))) == (0, ["2"])
    unknown = keys("retire", "7", "--why", "x")
    assert (unknown.returncode, unknown.stderr.count("\n")) == (2, 1)
    said = shown.stdout + retired.stdout + unknown.stderr + keys("show", "--json").stdout
    assert json.loads(keys_file.read_text())["2"] not in said
