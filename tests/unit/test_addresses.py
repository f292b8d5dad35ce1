"""One verdict and one canonical form."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from email_registry.addresses import VERDICTS, canonical_form, judge
from email_registry.privacy import AddressColumn


def one(value: str | None) -> tuple[str, str | None]:
    judged = judge(AddressColumn([value]))
    return judged.verdicts[0], judged.emails.reveal()[0]


@pytest.mark.parametrize(
    ("given_", "canonical"),
    [
        ("Matti.Meikalainen@Posti.FI", "matti.meikalainen@posti.fi"),
        ("  matti@posti.fi\t", "matti@posti.fi"),
        ("matti@hyvää-päivää.fi", "matti@xn--hyv-piv-7waacca.fi"),
        ("matti@XN--HYV-PIV-7WAACCA.fi", "matti@xn--hyv-piv-7waacca.fi"),
        (unicodedata.normalize("NFD", "päivi@posti.fi"), "päivi@posti.fi"),
        ("PÄIVI@posti.fi", "päivi@posti.fi"),
        # casefold would make one address of two people's
        ("straße@posti.fi", "straße@posti.fi"),
    ],
)
def test_spellings_of_one_address_have_one_form(given_: str, canonical: str) -> None:
    assert one(given_) == ("valid", canonical)
    assert one(canonical) == ("valid", canonical)


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        (None, "missing"),
        ("", "missing"),
        ("   ", "missing"),
        ("+358 40 555 4576", "telephone"),
        ("(03) 555-4831", "telephone"),
        ("130847-916H", "identity_code"),
        ("010203A952X", "identity_code"),
        ("matti@posti.fi, maija@posti.fi", "several"),
        ("matti@posti.fi;maija@posti.fi", "several"),
        ("matti\x00@posti.fi", "control_characters"),
        ("matti@posti.fi\x1b[31m@posti.fi", "control_characters"),
        ("Matti Meikäläinen", "syntax"),
        ("matti posti.fi", "syntax"),
        ("a" * 65 + "@posti.fi", "too_long"),
        ("matti@localhost", "domain"),
        ("matti@posti.test", "special_use"),
        ("matti@posti", "domain"),
        ("matti@-posti.fi", "domain"),
    ],
)
def test_what_is_no_address_becomes_a_reason_and_nothing_else(value: str | None, verdict: str) -> None:
    assert one(value) == (verdict, None)


@given(st.text(max_size=80) | st.emails())
def test_any_text_gets_a_verdict_of_the_closed_set_and_judging_twice_changes_nothing(text: str) -> None:
    verdict, email = one(text)
    assert verdict in VERDICTS
    assert (email is None) == (verdict != "valid")
    if email is not None:
        assert one(email) == ("valid", email)
        assert canonical_form(email) == email
        assert canonical_form(text) == email


@given(st.lists(st.text(max_size=30) | st.emails() | st.none(), max_size=20), st.integers(1, 20))
def test_chunks_do_not_change_a_verdict(values: list[str | None], size: int) -> None:
    whole = judge(AddressColumn(values))
    parts = [judge(AddressColumn(values[at : at + size])) for at in range(0, len(values), size)]
    assert whole.verdicts == tuple(verdict for part in parts for verdict in part.verdicts)
    assert whole.emails.reveal() == tuple(email for part in parts for email in part.emails.reveal())
