"""May I send? From what the status says of a list and of the night."""

from __future__ import annotations

from typing import Any

import pytest

from email_registry.report.may_i_send import WORDS, Answer, sending
from tests.conftest import SANDBOX_POLICY

NIGHT = {"date": "2026-11-24", "state": "done"}
LEVEL = {
    "target": "henkiloasiakkaat",
    "stage": "live",
    "state": "done",
    "date": "2026-11-24",
    "verified": 1,
    "listed": 5,
}


@pytest.fixture(autouse=True)
def policy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGISTRY_POLICY", str(SANDBOX_POLICY))


def asked(night: Any = NIGHT, **changes: Any) -> Answer:
    (answer,) = sending({"night": night, "targets": [{**LEVEL, **changes}]})
    return answer


def test_a_list_that_was_read_and_is_equal_may_be_sent_from() -> None:
    answer = asked()
    assert (answer.yes, answer.listed, answer.since) == (True, 5, "2026-11-24")
    assert "24.11.2026" in answer.why.fi


@pytest.mark.parametrize(
    ("changes", "yes", "code"),
    [
        ({"frozen_until": "2026-11-30"}, True, "frozen"),
        ({"frozen_until": "2026-11-30", "frozen": 1, "verified": 0}, True, "frozen"),
        ({"frozen_until": None, "frozen": 1, "verified": 0}, False, "differs"),
        ({"night": {**NIGHT, "state": "held"}}, True, "older"),
        ({"date": "2026-11-23"}, False, "behind"),
        ({"waiting_plan": 7}, False, "waits"),
        ({"sheets": "ready"}, False, "sheets_ready"),
        ({"sheets": "imported"}, False, "sheets_imported"),
        ({"state": "open", "verified": 0}, False, "running"),
        ({"state": "failed", "verified": 0}, False, "differs"),
        ({"verified": 0}, False, "differs"),
        ({"state": None}, False, "never"),
        ({"stage": "observed"}, False, "observed"),
        ({"stage": "handed_back"}, False, "handed_back"),
    ],
)
def test_every_other_state_says_why_and_what_to_do(changes: dict[str, Any], yes: bool, code: str) -> None:
    night = changes.pop("night", NIGHT)
    answer = asked(night, **changes)
    assert (answer.yes, answer.why.en.split("{")[0][:12]) == (yes, WORDS[code].en[:12])


def test_both_languages_say_the_same_things() -> None:
    for words in WORDS.values():
        assert all((part in words.fi) == (part in words.en) for part in ("{day}", "{until}", "{plan}"))
