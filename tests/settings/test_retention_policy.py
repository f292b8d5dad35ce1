"""How long what is kept: a period that could be mistaken is refused at start, with its key and the reason."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from email_registry.errors import ConfigurationError
from email_registry.settings import Policy, load_policy

SANDBOX = Path(__file__).resolve().parents[2] / "include" / "policy" / "sandbox.yaml"
HOLD = {"reference": "TEM/123/2026", "audience": "person", "until": date(2027, 3, 31)}


def overlaid(tmp_path: Path, key: str, value: object) -> Policy:
    """The sandbox's policy with one key changed; `.` goes down."""
    content: Any = value
    for part in reversed(key.split(".")):
        content = {part: content}
    path = tmp_path / "office.yaml"
    path.write_text(yaml.safe_dump({"extends": str(SANDBOX), **content}), encoding="utf-8")
    return load_policy(path)


PERIODS = [
    "audiences.person.retention.absent_days",
    "audiences.company.retention.unseen_days",
    "expiry.rewrite_days",
    "expiry.alarm_days",
    "backups.webropol_days",
    "backups.database_days",
    *(f"retention.{key}_days" for key in ("runs", "reports", "suppressions", "sheets", "journal")),
    "retention.audit_years",
    "retention.airflow_rows_days",
    "retention.airflow_logs_days",
]


MISTAKES = [0, -1, "30", "30 days", "P30D", True, 30.0, 30.5, None, 100_000]


@pytest.mark.parametrize(
    ("key", "mistake"),
    [*((PERIODS[0], mistake) for mistake in MISTAKES), *((key, wrong) for key in PERIODS[1:] for wrong in (0, "30"))],
)
def test_a_period_is_a_whole_number_above_zero_and_nothing_that_looks_like_one(
    tmp_path: Path, key: str, mistake: object
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        overlaid(tmp_path, key, mistake)
    assert key in refused.value.message
    assert "Input should be" in refused.value.message
    assert "\n" not in refused.value.message


@pytest.mark.parametrize("key", PERIODS)
def test_a_key_without_its_unit_or_with_a_typo_is_refused_by_its_name(tmp_path: Path, key: str) -> None:
    for wrong in (key.rpartition("_")[0], key.replace("_days", "_dasy").replace("_years", "_yaers"), key + "_"):
        with pytest.raises(ConfigurationError) as refused:
            overlaid(tmp_path, wrong, 40)
        assert f"{wrong}: Extra inputs are not permitted" in refused.value.message


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("audiences.person.retention.unseen_days", 29, "unseen_days is shorter than absent_days"),
        ("retention.journal_days", 35, "retention.journal_days: a backup of the database lives longer"),
        ("retention.runs_days", 90, "retention.runs_days: unseen_days is longer"),
        ("expiry.alarm_days", 90, "expiry.alarm_days: not shorter than unseen_days"),
        ("expiry.batch_size", 0, "expiry.batch_size"),
        ("expiry.legal_holds", [HOLD, HOLD], "one reference is there twice"),
        ("expiry.legal_holds", [{**HOLD, "reference": "henkilo@posti.fi"}], "expiry.legal_holds.0.reference"),
        ("expiry.legal_holds", [{**HOLD, "audience": "everybody"}], "expiry.legal_holds.0.audience"),
        ("expiry.legal_holds", [{**HOLD, "until": "31.3.2027"}], "expiry.legal_holds.0.until"),
        ("expiry.legal_holds", [{**HOLD, "until": None}], "expiry.legal_holds.0.until"),
        ("expiry.legal_holds", [{"reference": "TEM/1", "audience": "all"}], "expiry.legal_holds.0.until"),
    ],
)
def test_what_contradicts_itself_is_refused_with_the_reason(tmp_path: Path, key: str, value: object, said: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        overlaid(tmp_path, key, value)
    assert said in refused.value.message


def test_a_hold_reaches_its_audience_up_to_the_end_of_its_last_day(tmp_path: Path) -> None:
    holds = [HOLD, {"reference": "KHO 7", "audience": "all", "until": date(2027, 1, 31)}]
    expiry = overlaid(tmp_path, "expiry.legal_holds", holds).expiry
    assert expiry.legal_holds_of("person", date(2027, 1, 31)) == ("TEM/123/2026", "KHO 7")
    assert expiry.legal_holds_of("company", date(2027, 1, 31)) == ("KHO 7",)
    assert expiry.legal_holds_of("company", date(2027, 2, 1)) == ()
    assert (
        expiry.legal_holds_of("person", date(2027, 3, 31))
        == expiry.legal_holds_of("all", date(2027, 3, 31))
        == ("TEM/123/2026",)
    )
    assert expiry.legal_holds_of("person", date(2027, 4, 1)) == ()
