"""One verdict and one canonical form."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from email_registry.addresses import VERDICTS, canonical_form, judge
from email_registry.privacy import AddressColumn
from email_registry.settings.policy import AddressPolicy


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


@pytest.mark.promise("addresses")
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
        ("İ" * 33 + "@posti.fi", "too_long"),  # 66 letters in lower case
        ("matti@localhost", "domain"),
        ("matti@posti.test", "special_use"),
        ("matti@posti", "domain"),
        ("matti@-posti.fi", "domain"),
    ],
)
def test_what_is_no_address_becomes_a_reason_and_nothing_else(value: str | None, verdict: str) -> None:
    assert one(value) == (verdict, None)


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        ("=?utf-8?q?matti?=@posti.fi", "encoded_word"),
        ("matti%posti.fi@toinen.fi", "percent"),
        ("%00@posti.fi", "percent"),
        ("+matti@posti.fi", "leading_sign"),
        ("-matti@posti.fi", "leading_sign"),
        ("m\u0430tti@posti.fi", "mixed_scripts"),  # a Cyrillic letter among Latin ones
        ("matti@p\u043esti.fi", "mixed_scripts"),
        ("Maija@Office.fi", "own_domain"),
        ("maija@mail.office.fi", "own_domain"),
    ],
)
def test_what_the_library_lets_through_is_the_policys_to_refuse(value: str, verdict: str) -> None:
    rules = AddressPolicy(own_domains=("office.fi",))
    assert judge(AddressColumn([value]), rules).verdicts == (verdict,)
    keep = AddressPolicy(encoded_words="keep", percent="keep", leading_sign="keep", mixed_scripts="keep")
    assert judge(AddressColumn([value]), keep).verdicts == ("valid",)


@pytest.mark.parametrize("value", ["maija@notoffice.fi", "\u043c\u0430\u043c\u0430@posti.fi", "matti+uutiset@posti.fi"])
def test_what_only_looks_like_it_is_kept(value: str) -> None:
    assert judge(AddressColumn([value]), AddressPolicy(own_domains=("office.fi",))).verdicts == ("valid",)


def test_role_accounts_and_thrown_away_addresses_are_counted_and_kept() -> None:
    values = ["Info@posti.fi", "info.matti@posti.fi", "matti@mailinator.com", "päivi@posti.fi", "no address", None]
    judged = judge(AddressColumn(values), AddressPolicy(role_accounts=("info",)))
    assert judged.noted == {"role_account": 1, "disposable_domain": 1}
    assert judged.counts == {"valid": 4, "syntax": 1, "missing": 1}


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
