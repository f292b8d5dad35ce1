"""One source extracted directly, and what is said where it is not whole."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from email_registry import runs
from email_registry.errors import RegistryError, SourceFailed
from email_registry.extract import Proof, extract_source
from email_registry.runs import RunKind
from tests.conftest import SANDBOX_POLICY
from tests.offices import Office
from tests.registry_rows import run_sql

DAY = date(2026, 11, 23)
FILE, CRM = "ura_persons", "kasvucrm_companies"


def files_in(folder: Path) -> dict[str, Any]:
    return {"ura_files": {"conn_type": "fs", "extra": {"folder": str(folder)}}}


def connections_of(world: Office) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((world.home.parent / "connections.json").read_text())
    return content


def overlay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, **persons: Any) -> None:
    """A policy of this test's own, over the sandbox's; `file` changes that way of the persons."""
    content = yaml.safe_load((SANDBOX_POLICY.parent / "pirkanmaa.yaml").read_text(encoding="utf-8"))
    sandbox = yaml.safe_load(SANDBOX_POLICY.read_text(encoding="utf-8"))
    content["allowed_hosts"] = sandbox["allowed_hosts"]
    for target, changes in sandbox["targets"].items():
        content["targets"].setdefault(target, {}).update(changes)
    content["sources"][FILE]["ways"]["file"] |= persons.pop("file", {})
    content["sources"][FILE] |= persons
    path = tmp_path / "policy.yaml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    monkeypatch.setenv("REGISTRY_POLICY", str(path))


def extracted(source: str = FILE, on: date = DAY) -> Proof:
    night_id = runs.begin("loader", RunKind.NIGHT, "registry", on, owner="test")
    return extract_source(night_id, source, on, owner="test")


def staged(admin_url: str) -> list[tuple[Any, ...]]:
    return sorted(run_sql(admin_url, "SELECT email, verdict FROM staging.row"), key=str)


def office_rows(file: Path) -> list[str]:
    """The office's own values, as the drop holds them."""
    with file.open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text, delimiter=";"))
    return [row["sahkoposti"] for row in rows if (row["maakunta"], row["asiakkuus"]) == ("06", "voimassa")]


def rewrite(file: Path, change: Callable[[list[bytes]], list[bytes]]) -> None:
    """Change a drop's lines; its marker says so, and all is whole but for what was changed."""
    lines = change(file.read_bytes().splitlines(keepends=True))
    file.write_bytes(b"".join(lines))
    mark(file, max(len(lines) - 1, 0))


def mark(file: Path, rows: int, **more: Any) -> None:
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    file.with_name(file.name + ".done").write_text(json.dumps({"rows": rows, "sha256": digest, **more}))


def refused(admin_url: str, *, source: str = FILE, error: type[RegistryError] = SourceFailed) -> str:
    """What is said where a source is not whole: one line, without an address, without a cause that holds one."""
    with pytest.raises(error) as failed:
        extracted(source)
    said = str(failed.value)
    assert "@" not in said
    assert "\n" not in said
    assert failed.value.__cause__ is None
    context = failed.value.__context__
    assert context is None or "@" not in repr(context)
    proofs = run_sql(admin_url, "SELECT complete, reason FROM operations.proof ORDER BY run_id DESC LIMIT 1")
    assert all(not complete and "@" not in reason for complete, reason in proofs)
    (state, reason), *_ = run_sql(
        admin_url, "SELECT state, reason FROM operations.run WHERE kind = 'extract' ORDER BY id DESC"
    )
    assert state == "failed"
    assert staged(admin_url) == []
    assert "@" not in reason
    return said
