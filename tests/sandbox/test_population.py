"""The population: the same for the same seed, every awkward case in it, and the truth known by construction."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from datetime import date
from pathlib import Path
from random import Random

import idna
import pytest
from email_validator import EmailNotValidError, validate_email

from sandbox import vocabulary
from sandbox.malformed import KINDS, malformed
from sandbox.population import Batch, populate
from sandbox.rows import CrmRow, Row, UraRow
from tests.sandbox.outside import run

DAY = date(2026, 11, 23)


def text_of(row: Row) -> str:
    return row.sahkoposti if isinstance(row, UraRow) else row.emailaddress1 or ""


def judged(text: str) -> str | None:
    """What a library that nobody here wrote makes of it: the canonical form, or None for no address."""
    try:
        found = validate_email(text.strip(), check_deliverability=False, strict=True)
    except EmailNotValidError:
        return None
    return f"{found.local_part.casefold()}@{found.ascii_domain}"


@pytest.fixture(scope="module")
def batch() -> Batch:
    return populate(Random("a seed"), 3000, 1, DAY, every_case=True)


def test_every_spelling_is_valid_and_comes_to_its_canonical_form_and_nothing_else_is(batch: Batch) -> None:
    canonical = {address.id: address.canonical for address in batch.addresses}
    wrong = [row for row in batch.rows if judged(text_of(row)) != canonical.get(row.address_id or 0)]
    assert wrong == []


def test_canonical_forms_are_unique_and_in_sandbox_domains(batch: Batch) -> None:
    forms = [address.canonical for address in batch.addresses]
    assert len(set(forms)) == len(forms)
    assert all(form.endswith((vocabulary.PERSON_DOMAIN, vocabulary.COMPANY_DOMAIN)) for form in forms)
    assert all(form == unicodedata.normalize("NFC", form).casefold() for form in forms)


@pytest.mark.parametrize("pair", vocabulary.PERSON_LABELS + vocabulary.COMPANY_LABELS)
def test_a_labels_written_down_are_those_of_the_standard(pair: tuple[str, str]) -> None:
    assert idna.encode(pair[1]).decode() == pair[0]


@pytest.mark.parametrize("kind", KINDS)
def test_malformed_values_are_no_addresses(kind: str) -> None:
    rng = Random(kind)
    assert all(judged(malformed(rng, kind)) is None for _ in range(300))


def test_all_the_awkward_cases_are_there(batch: Batch) -> None:
    texts: dict[tuple[str, int], list[str]] = defaultdict(list)
    for row in batch.rows:
        if row.address_id:
            texts[(row.register if isinstance(row, UraRow) else "crm"), row.address_id].append(text_of(row))
    persons = {number for place, number in texts if place == "persons"}
    companies = {number for place, number in texts if place == "companies"}
    crm = {number for place, number in texts if place == "crm"}
    spellings = [text for row in batch.rows if row.address_id for text in [text_of(row)]]

    assert persons & (companies | crm)  # people who are companies
    assert companies & crm
    assert companies - crm
    assert crm - companies
    assert any(len(set(found)) < len(found) for found in texts.values())  # the same text twice
    assert any(len({text.lower() for text in found}) < len(set(found)) for found in texts.values())  # case twins
    assert any(text != text.strip() for text in spellings)
    assert any(text != unicodedata.normalize("NFC", text) for text in spellings)
    assert any(
        any("xn--" in text for text in texts["crm", number])
        and any("xn--" not in text for text in texts["companies", number])
        for number in companies & crm
    )
    ura = [row for row in batch.rows if isinstance(row, UraRow)]
    contacts = [row for row in batch.rows if isinstance(row, CrmRow)]
    assert {row.asiakkuus for row in ura} == {"voimassa", "paattynyt"}
    assert len({row.maakunta for row in ura}) > 2
    for column in ("donotbulkemail", "donotemail"):
        assert {getattr(row, column) for row in contacts} == {None, False, True}
    assert {row.statecode for row in contacts} == {0, 1}
    malformed_share = sum(row.address_id is None for row in batch.rows) / len(batch.rows)
    assert 0.015 < malformed_share < 0.025


def test_a_few_addresses_more_bring_no_more_than_their_share_of_what_is_around_them() -> None:
    batches = [populate(Random(f"night {night}"), 3, 1, DAY) for night in range(400)]
    rows = [row for batch in batches for row in batch.rows]
    assert 0.01 < sum(row.address_id is None for row in rows) / len(rows) < 0.03
    companies = sum(address.a_domain.endswith(vocabulary.COMPANY_DOMAIN) for batch in batches for address in batch[0])
    assert 0.2 < companies / sum(len(batch.addresses) for batch in batches) < 0.3


def test_the_same_seed_size_and_date_make_the_same_world(tmp_path: Path) -> None:
    worlds = {}
    for name, seed in (("one", "5"), ("again", "5"), ("other", "6")):
        home = tmp_path / name
        assert run("create", "--seed", seed, "--addresses", "200", "--date", "2026-11-23", home=home).returncode == 0
        worlds[name] = {
            str(path.relative_to(home)): path.read_bytes()
            for folder in ("drop", "truth")
            for path in (home / folder).iterdir()
        }
    assert worlds["one"] == worlds["again"]
    assert worlds["one"] != worlds["other"]


@pytest.mark.parametrize("size", [20, 37, 1000])
def test_the_joint_list_has_as_many_as_were_asked_for(tmp_path: Path, size: int) -> None:
    assert run("create", "--addresses", str(size), home=tmp_path).returncode == 0
    assert len((tmp_path / "truth" / "kaikki_asiakkaat.txt").read_text(encoding="utf-8").splitlines()) == size
