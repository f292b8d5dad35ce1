"""With our own judge or our own de-duplication broken, Great Expectations alone stops the night."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest

from email_registry.addresses import Judged
from email_registry.boundaries import database
from email_registry.errors import Held
from email_registry.extract import extraction
from email_registry.night import flow
from email_registry.privacy import AddressColumn
from email_registry.report import status
from tests.offices import Office

NIGHT = date(2026, 11, 23)


def play() -> None:
    flow.play(NIGHT, owner="test", tell=lambda text: None)


def registry_is_empty() -> bool:
    return all(audience["addresses"] == 0 for audience in status()["audiences"])


def accept_everything(column: AddressColumn, rules: object) -> Judged:
    """Stand in for the judge: every value is a valid address as it came."""
    values = [(value or "").strip() for value in column.reveal()]
    return Judged(pa.array(["valid"] * len(values), pa.string()), AddressColumn(values))


def test_a_judge_that_accepts_everything_is_stopped(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extraction, "judge", accept_everything)
    with pytest.raises(Held) as stopped:
        play()
    assert stopped.value.runbook == "quality-stop"
    assert not any(source["passed"] for source in status()["sources"])
    assert registry_is_empty()


def test_rows_that_were_not_deduplicated_are_stopped(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = database.statement

    def without_distinct(name: str) -> str:
        text = ours(name)
        return text.replace("SELECT DISTINCT", "SELECT") if name == "load/deduplicate" else text

    monkeypatch.setattr(database, "statement", without_distinct)
    with pytest.raises(Held) as stopped:
        play()
    assert stopped.value.runbook == "quality-stop"
    assert all(source["passed"] for source in status()["sources"])
    assert registry_is_empty()


def test_the_same_night_with_both_in_place_is_loaded(office: Office) -> None:
    play()
    assert not registry_is_empty()
