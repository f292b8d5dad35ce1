"""`./registry source extract SOURCE`: every source by every way, the proof printed and nothing kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from email_registry.settings.loading import load_policy
from tests.conftest import SANDBOX_POLICY
from tests.extract.ways import DAY, connections_of
from tests.leaks import MARKS
from tests.offices import Office
from tests.registry_rows import run_sql

pytestmark = pytest.mark.stack

WAYS = [(source, way) for source, found in load_policy(SANDBOX_POLICY).sources.items() for way in found.ways]


@pytest.fixture
def office(world: Office, registry_env: dict[str, str], tmp_path: Path) -> Office:
    (tmp_path / "secrets" / "connections.json").write_text(json.dumps(connections_of(world)))
    return Office(tmp_path, tmp_path / "secrets", registry_env)


def test_there_are_eight_ways() -> None:
    assert len(WAYS) == 8


@pytest.mark.parametrize(("source", "way"), WAYS)
def test_each_source_by_each_way_proves_itself_and_nothing_is_kept(office: Office, source: str, way: str) -> None:
    done = office.registry("source", "extract", source, "--way", way, "--date", DAY.isoformat(), "--json")
    assert (done.returncode, done.stderr) == (0, "")
    proof = json.loads(done.stdout)
    assert (proof["complete"], proof["reason"], proof["way"]) == (True, None, way)
    assert proof["received"] == proof["declared"] > 0
    assert proof["valid"] + sum(proof["rejected"].values()) == proof["received"] - proof["filtered"]
    assert not any(mark.decode() in done.stdout for mark in MARKS)
    admin_url = office.environment["REGISTRY_ADMIN_URL"]
    for table in ("staging.row", "operations.run", "operations.proof"):
        assert run_sql(admin_url, f"SELECT count(*) FROM {table}") == [(0,)]


def test_the_proof_is_a_line_a_part_for_a_person(office: Office) -> None:
    done = office.registry("source", "extract", "ura_persons", "--date", DAY.isoformat())
    lines = dict(line.split("  ", 1) for line in done.stdout.splitlines())
    assert lines["source"].strip() == "ura_persons (person), by file"
    assert lines["complete"].strip() == "yes"


def test_a_source_that_is_not_whole_prints_its_proof_and_ends_with_4(office: Office) -> None:
    done = office.registry("source", "extract", "ura_persons", "--date", "2026-11-01", "--json")
    assert done.returncode == 4
    assert json.loads(done.stdout)["complete"] is False
    assert "no complete file of 2026-11-01" in done.stderr
    assert done.stderr.strip().endswith("(docs/runbooks/source-incomplete.md)")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["everybody"], "no source is called so; the policy has ura_persons, ura_companies, kasvucrm_companies"),
        (["ura_persons", "--way", "fax"], "ura_persons has no such way; the policy has file, sftp, view"),
        (["ura_persons", "--date", "yesterday"], "--date must be a day that exists"),
        ([], "Missing argument 'SOURCE'"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(office: Office, arguments: list[str], said: str) -> None:
    done = office.registry("source", "extract", *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stdout == ""
