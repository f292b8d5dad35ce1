"""Two audiences expire at once, as in Airflow: each certifies only bytes that are rewritten."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from email_registry import expire
from email_registry.expire import deletion
from tests.expire.rules import use_policy
from tests.registry_rows import make_absent, register, run_sql

DUE = date(2026, 12, 23)
PERSONS = [f"vanha{n}@sandbox-posti.fi" for n in range(3)]
COMPANY = "yritys@sandbox-posti.fi"


def test_a_run_that_ends_first_does_not_certify_deletions_of_one_that_goes_on(
    registry_env: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The companies' whole run happens between two batches of the persons'."""
    use_policy(tmp_path, monkeypatch, expiry={"batch_size": 1})
    admin_url = registry_env["REGISTRY_ADMIN_URL"]
    register(admin_url, "person", PERSONS)
    register(admin_url, "company", [COMPANY])
    make_absent(admin_url, [*PERSONS, COMPANY], DUE - timedelta(days=31))
    plans = {name: expire.make_plan(name, DUE, owner=name).id for name in ("person", "company")}
    batch, between = deletion._delete_batch, []

    def delete_batch(plan: object, audience: str, run_id: int) -> bool:
        more = batch(plan, audience, run_id)  # type: ignore[arg-type]
        if audience == "person" and not between:
            between.append(expire.delete(plans["company"], owner="company")["deleted"])  # type: ignore[arg-type]
        return more

    monkeypatch.setattr(deletion, "_delete_batch", delete_batch)
    assert expire.delete(plans["person"], owner="person")["deleted"] == 3  # type: ignore[arg-type]
    assert between == [1]
    for file in (Path(registry_env["REGISTRY_HOME"]) / "certificates").glob("*.json"):
        facts = json.loads(file.read_text())
        assert facts["deleted_at"] <= facts["rewritten_at"]
    run_sql(admin_url, "CHECKPOINT")
    ((path,),) = run_sql(admin_url, "SELECT pg_relation_filepath('registry.address')")
    ((content,),) = run_sql(admin_url, "SELECT pg_read_binary_file(%s)", path)
    assert [email for email in (*PERSONS, COMPANY) if email.partition("@")[0].encode() in bytes(content)] == []
