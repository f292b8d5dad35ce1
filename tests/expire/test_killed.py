"""A deletion may be killed at any moment (kill -9): it is certified once, and the next run does the rest."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from email_registry.audit import journal
from tests.conftest import ROOT
from tests.expire.rules import use_policy
from tests.offices import Office
from tests.registry_rows import addresses, make_absent, register, run_sql

pytestmark = pytest.mark.faults

TODAY = date(2026, 11, 23)
DUE = TODAY + timedelta(days=30)
KEPT = [f"pysyva{n}@sandbox-posti.fi" for n in range(20)]
DUE_PEOPLE = [f"poistuva{n}@sandbox-posti.fi" for n in range(7)]

STEPS = [
    "runs/begin",
    "expire/make_plan",
    "expire/plan_items",
    "expire/delete_batch",
    "expire/delete_batch:2",
    "expire/count_deleted:2",  # within the transaction of the second batch
    "expire/delete_batch:4",  # the batch that finds nothing left
    "plans/close_plan",
    "expire/find_last_rewrite",  # all deleted, nothing rewritten
    "expire/rewrite",
    "expire/find_file:2",  # rewritten, and the run does not say so yet
    "runs/note:4",  # the same
    "expire/find_pending:2",  # the run says so, and the certificate is not written
    "runs/note:5",  # the certificate is written, and its digest is not in the audit
    "runs/end",
    "audit/head",
]


@pytest.fixture
def office(registry_env: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    path = use_policy(tmp_path, monkeypatch, expiry={"batch_size": 3})
    admin_url = registry_env["REGISTRY_ADMIN_URL"]
    register(admin_url, "person", KEPT + DUE_PEOPLE)
    make_absent(admin_url, DUE_PEOPLE, TODAY)
    return Office(tmp_path, tmp_path / "secrets", registry_env | {"REGISTRY_POLICY": str(path)})


@pytest.mark.parametrize("step", STEPS)
def test_a_deletion_that_is_killed_at_a_step_is_completed_by_the_next_run(office: Office, step: str) -> None:
    admin_url = office.environment["REGISTRY_ADMIN_URL"]
    file = run_sql(admin_url, "SELECT pg_relation_filenode('registry.address')")
    command = [sys.executable, "-m", "tests.faults.dying", step, "expire", "--date", DUE.isoformat()]
    killed = subprocess.run(command, cwd=ROOT, env=office.environment, capture_output=True, timeout=120)
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    remaining = addresses(admin_url)
    assert set(KEPT) <= remaining
    assert count_journaled() >= len(DUE_PEOPLE) - len(remaining & set(DUE_PEOPLE))  # a line too many, never one too few

    again = office.registry("expire", "--date", DUE.isoformat(), "--json")
    assert again.returncode == 0, again.stderr
    assert addresses(admin_url) == set(KEPT)
    assert run_sql(admin_url, "SELECT pg_relation_filenode('registry.address')") != file
    certified = certificates(office)
    assert sum(certificate["deleted"] for certificate in certified) == len(DUE_PEOPLE)
    digests = run_sql(admin_url, "SELECT counts ->> 'certificate' FROM audit.event WHERE action = 'certify'")
    assert sorted(name for (name,) in digests) == sorted(path.name for path in folder(office).glob("*.json"))
    assert run_sql(admin_url, "SELECT count(*) FROM operations.run WHERE state = 'open'") == [(0,)]

    quiet = office.registry("expire", "--date", DUE.isoformat(), "--json")
    assert json.loads(quiet.stdout)["person"]["deleted"] == 0
    assert certificates(office) == certified


def folder(office: Office) -> Path:
    return Path(office.environment["REGISTRY_HOME"]) / "certificates"


def certificates(office: Office) -> list[dict[str, int]]:
    return [json.loads(path.read_text()) for path in sorted(folder(office).glob("*.json"))]


def count_journaled() -> int:
    """Count the deletions in the journal outside the database."""
    entries = journal.since(datetime(2000, 1, 1, tzinfo=UTC), None)
    return len({digest for entry in entries for digest in entry.digests})
