"""A person's request ends as the policy says: so long after it was answered, and never before."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from email_registry import rights
from tests.expire.records import TODAY, clear_after_a_night
from tests.registry_rows import run_sql
from tests.rights.persons import ask


@pytest.mark.promise("retention")
def test_an_answered_case_is_kept_for_its_days_and_an_open_one_until_it_is_answered(
    registry_env: dict[str, str],
) -> None:
    admin_url = registry_env["REGISTRY_ADMIN_URL"]
    for number, (right, days) in enumerate((("access", 731), ("access", 729), ("erase", None)), 1):
        request = ask("aino.virtanen@sandbox-posti.fi", f"2024/{number}", TODAY - timedelta(days=800))
        rights.note_request(request, right, TODAY - timedelta(days=800))  # type: ignore[arg-type]
        if days is not None:
            rights.read_access(request, TODAY - timedelta(days=days))
            answered = datetime.combine(TODAY - timedelta(days=days), datetime.min.time())
            done = "UPDATE operations.rights_case SET done_at = %s WHERE number = %s"
            run_sql(admin_url, done, answered, request.number)
    assert clear_after_a_night()["cases"] == 1
    assert run_sql(admin_url, "SELECT number FROM operations.rights_case ORDER BY 1") == [("2024/2",), ("2024/3",)]
    assert clear_after_a_night(TODAY + timedelta(days=2))["cases"] == 1
    assert run_sql(admin_url, "SELECT number FROM operations.rights_case") == [("2024/3",)]
