"""Where all is well everything is OK, and looking changed nothing."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from email_registry.cli.main import cli
from email_registry.doctor import before_night
from email_registry.doctor.examination import examine
from tests.doctor.patients import Patient
from tests.registry_rows import run_sql

LOOKED_AT = {
    "policy", "secrets", "suppression", "version", "database", "clock", "disk", "connection", "source", "webropol",
    "target", "survey", "sheets", "host", "mail", "certificate", "notice",
}  # fmt: skip


def state(patient: Patient) -> dict[str, Any]:
    """Every row that there is, counted; what PostgreSQL wrote of them; and every file outside the sandbox's own."""
    admin = patient.office.environment["REGISTRY_ADMIN_URL"]
    tables = run_sql(
        admin,
        "SELECT relid::regclass::text FROM pg_stat_user_tables ORDER BY 1",
    )
    rows = {table: run_sql(admin, f"SELECT count(*) FROM {table}") for (table,) in tables}
    files = {path: digest(path) for path in patient.home.rglob("*") if patient.office.home not in path.parents}
    lists = {target: sorted(patient.office.members(target)) for target in patient.office.targets}
    return {"rows": rows, "files": files, "lists": lists}


def digest(path: Path) -> str:
    found = path.stat()
    content = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
    return f"{found.st_mode:o} {found.st_mtime_ns} {content}"


def test_all_is_well_and_nothing_is_changed(patient: Patient) -> None:
    before = state(patient)
    found = examine()
    before_night()
    assert state(patient) == before
    assert [str(one) for one in found if not one.ok] == []
    assert {one.name.split(" ")[0] for one in found} == LOOKED_AT
    assert all(one.detail and not one.cure and "@" not in str(one) for one in found)


def test_the_command_says_it_in_lines(patient: Patient) -> None:
    ended = patient.office.registry("doctor")
    assert (ended.returncode, "NO  " in ended.stdout) == (0, False), ended.stdout
    lines = ended.stdout.splitlines()
    assert all(line.startswith("OK  ") and ": " in line for line in lines)
    assert len(lines) > 30
    assert "look at source ura_persons" in ended.stderr


def test_as_json_and_only_in_part(patient: Patient) -> None:
    ended = doctor("--only", "version", "--only", "policy", "--json")
    found = json.loads(ended.stdout)
    assert [one["name"] for one in found] == ["policy", "version python", "version packages"]
    assert all(one.keys() == {"name", "ok", "detail", "cure"} and one["ok"] is True for one in found)
    assert ended.exit_code == 0


def test_the_command_ends_with_what_is_worst(patient: Patient) -> None:
    patient.connect(mail=None)
    ended = doctor("--only", "mail", "--only", "policy", "--json")
    assert ended.exit_code == 2
    assert [one["ok"] for one in json.loads(ended.stdout)] == [True, False]
    assert "1 of 2 are not well" in ended.stderr
    assert "docs/runbooks/doctor.md" in ended.stderr
    patient.connect()
    patient.connect(mail=patient.connection("mail", port=9), ura_view=None)
    ended = doctor("--only", "mail", "--only", "connection ura_view")
    assert ended.exit_code == 4
    assert [line[:8] for line in ended.stdout.splitlines()] == ["NO  conn", "NO  mail"]
    ended = doctor("--only", "males")
    assert ended.exit_code == 2
    assert "nothing is looked at by that name; there are certificate, clock," in ended.stderr


def doctor(*arguments: str) -> Result:
    """The command, in this process."""
    return CliRunner().invoke(cli, ["doctor", *arguments])
