"""A mistake in the policy is refused with its key and the reason, in one line."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
import yaml

from email_registry.errors import ConfigurationError
from email_registry.settings import load_policy

POLICIES = Path(__file__).resolve().parents[2] / "include" / "policy"


def overlaid(tmp_path: Path, change: object) -> Path:
    path = tmp_path / "office.yaml"
    base = {"extends": str(POLICIES / "sandbox.yaml")}
    path.write_text(yaml.safe_dump({**base, **change} if isinstance(change, dict) else change))
    return path


def test_the_sandbox_policy_is_whole_and_frozen() -> None:
    policy = load_policy(POLICIES / "sandbox.yaml")
    assert policy.sources_of("company") == ("ura_companies", "kasvucrm_companies")
    assert len(policy.digest) == 64
    with pytest.raises(ValueError, match="frozen"):
        policy.version = 2  # type: ignore[misc, assignment]


def test_the_office_policy_lacks_only_what_the_vendor_gives() -> None:
    with pytest.raises(ConfigurationError, match=r"targets\.henkiloasiakkaat.*Webropol"):
        load_policy(POLICIES / "pirkanmaa.yaml")


def test_a_files_date_may_have_any_form(tmp_path: Path) -> None:
    ways = {"file": {"name": "ura-{date:%d.%m.%Y}.txt"}}
    found = load_policy(overlaid(tmp_path, {"sources": {"ura_persons": {"ways": ways}}})).sources["ura_persons"]
    assert found.ways["file"].name_of(date(2026, 11, 3)) == "ura-03.11.2026.txt"  # type: ignore[union-attr]
    usual = load_policy(POLICIES / "sandbox.yaml").sources["ura_persons"].ways["file"]
    assert usual.name_of(date(2026, 11, 3)) == "ura_persons_2026-11-03.csv"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"sync": {"batch_size": 0}}, "sync.batch_size"),
        ({"sync": {"removals": {"share": 10}}}, "sync.removals.share"),
        ({"sync": {"removal": {"share": 0.1}}}, "sync.removal"),
        ({"audiences": {"person": {"retention": {"absent_days": 0}}}}, "audiences.person.retention.absent_days"),
        ({"audiences": {"person": {"retention": {"absent_days": "30 d"}}}}, "audiences.person.retention.absent_days"),
        ({"audiences": {"person": {"retention": {"unseen_days": 29}}}}, "unseen_days is shorter"),
        ({"sources": {"ura_persons": {"ways": {"file": {"kind": "fax"}}}}}, "sources.ura_persons.ways.file"),
        ({"sources": {"ura_persons": {"way": "fax"}}}, "way: fax is not among the ways"),
        ({"sources": {"ura_persons": {"ways": {"file": {"name": "ura.csv"}}}}}, "{date}"),
        ({"sources": {"ura_persons": {"ways": {"file": {"name": "../ura_{date}.csv"}}}}}, "{date}"),
        ({"sources": {"ura_persons": {"ways": {"file": {"name": "ura_{date.year}.csv"}}}}}, "{date}"),
        ({"sources": {"ura_persons": {"ways": {"file": {"name": "ura_{date:%d%m}.csv"}}}}}, "one day from another"),
        (
            {"sources": {"ura_persons": {"ways": {"file": {"columns": {"email": "puhelin"}}}}}},
            "puhelin is not among the agreed",
        ),
        ({"sources": {"ura_persons": {"audience": "everybody"}}}, "sources.ura_persons.audience"),
        ({"sources": {"ura_persons": {"audience": "company"}}}, "audiences.person: no source feeds it"),
        ({"targets": {"yritysasiakkaat": {"list_id": "75386e91-4d4b-5b04-8cef-f8bc2741dd98"}}}, "same list_id"),
        ({"office": {"notice_date": "18.8.2023"}}, "office.notice_date"),
        ({"allowed_hosts": []}, "allowed_hosts"),
        ({"version": 2}, "version"),
        ({"extra": 1}, "extra"),
    ],
)
def test_a_mistake_is_named_by_its_key(tmp_path: Path, change: dict[str, object], key: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        load_policy(overlaid(tmp_path, change))
    assert key in refused.value.message
    assert "\n" not in refused.value.message


@pytest.mark.parametrize("key", ["office", "allowed_hosts", "audiences", "sources", "targets", "webropol", "sync"])
def test_a_missing_key_is_named(tmp_path: Path, key: str) -> None:
    whole = yaml.safe_load((POLICIES / "pirkanmaa.yaml").read_text(encoding="utf-8"))
    for number, target in enumerate(whole["targets"].values(), 1):
        target["list_id"] = str(UUID(int=number))
    del whole[key]
    path = tmp_path / "office.yaml"
    path.write_text(yaml.safe_dump(whole))
    with pytest.raises(ConfigurationError, match=key):
        load_policy(path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "is not there"),
        (b"", "empty or not a mapping"),
        (b"- a\n- b\n", "empty or not a mapping"),
        (b"a: [1\nb: 2\n", "not YAML: look at line"),
        (b"a: \xe4\n", "not UTF-8"),
        (b"extends: office.yaml\n", "goes round"),
    ],
)
def test_an_unreadable_policy_is_one_line(tmp_path: Path, content: bytes | None, said: str) -> None:
    path = tmp_path / "office.yaml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigurationError, match=said) as refused:
        load_policy(path)
    assert "\n" not in str(refused.value)
