"""The processing record is what the policy says, and a policy that changes what people were told needs a new notice."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args, get_origin

import pytest
import yaml
from click.testing import CliRunner, Result
from pydantic import BaseModel

from email_registry import record
from email_registry.cli.main import cli
from email_registry.doctor.findings import Findings
from email_registry.errors import ConfigurationError
from email_registry.record.disclosed import leaves, matches, promised
from email_registry.settings.loading import load_policy, load_promised
from email_registry.settings.policy import FileWay, ODataWay, Policy, ViewWay

ROOT = Path(__file__).resolve().parents[2]
PIRKANMAA = ROOT / "include" / "policy" / "pirkanmaa.yaml"
LISTS = yaml.safe_load((ROOT / "include" / "record" / "declared.yaml").read_text(encoding="utf-8"))

Change = Callable[..., None]


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The first office's policy with its notice, and its record in `docs`."""
    for path in (PIRKANMAA, PIRKANMAA.with_name("pirkanmaa.notice.yaml")):
        shutil.copy(path, tmp_path)
    shutil.copytree(ROOT / "docs", tmp_path / "docs", ignore=lambda _, names: {n for n in names if "record" not in n})
    monkeypatch.setenv("REGISTRY_POLICY", str(tmp_path / PIRKANMAA.name))
    return tmp_path / PIRKANMAA.name


@pytest.fixture
def change(office: Path) -> Change:
    def put(path: str, value: Any) -> None:
        content = copy_of(yaml.safe_load(office.read_text(encoding="utf-8")))
        part, keys = content, path.split(".")
        for key in keys[:-1]:
            part = part[key]
        part[keys[-1]] = value
        office.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")

    return put


def copy_of(content: Any) -> Any:
    """What YAML's anchors made one of is several: a change of one source is no change of another."""
    if isinstance(content, dict):
        return {key: copy_of(value) for key, value in content.items()}
    return content


def registry(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["record", *arguments], prog_name="registry")


@pytest.mark.promise("notice", "law", "suppressions")
def test_the_record_of_this_repository_is_what_its_policy_says() -> None:
    """Red? Look at what changed. Where it was meant, and the notice's date is new where people have to be told:
    `REGISTRY_POLICY=include/policy/pirkanmaa.yaml ./registry record write docs`."""
    record.check(PIRKANMAA, ROOT / "docs")


@pytest.mark.promise("notice")
@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("audiences.person.retention.absent_days", 60),
        ("retention.suppressions_days", 3650),
        ("rights.cases_days", 1000),
        ("backups.webropol_days", 90),
        ("expiry.rewrite_days", 30),
        ("office.purpose.fi", "Markkinointi"),
        ("office.legal_basis.en", "Consent"),
        ("office.controller.fi", "Toinen toimisto"),
        ("office.region", "Kainuu"),
        ("allowed_hosts", ["rest.webropolsurveys.com", "crm.office.fi"]),
        ("sources.ura_persons.system", "Toinen"),
        ("sources.ura_persons.ways.file.columns.where", {"maakunta": "06"}),
        ("sources.ura_persons.ways.file.columns.agreed", ["sahkoposti", "maakunta", "asiakkuus", "nimi"]),
        ("sources.kasvucrm_companies.ways.odata.filter", "statecode eq 0"),
        ("targets.henkiloasiakkaat.audiences", ["person", "company"]),
        ("unsubscribes.survey", "2a8c3db6-e4b3-5d69-9b18-12d6a28cf71e"),
        ("sync.leaving_scope", "audience"),
        ("rights.contact.fi", "Muualle"),
    ],
)
def test_what_people_were_told_is_not_changed_under_the_same_notice(
    office: Path, change: Change, path: str, value: Any
) -> None:
    before = {file.name: file.read_bytes() for file in office.parent.rglob("*.md")}
    change(path, value)
    for command in ("check", "write"):
        refused = registry(command, str(office.parent / "docs"))
        assert (refused.exit_code, refused.stdout, refused.stderr.count("\n")) == (2, "", 1)
        assert path.split(".ways.")[0] in refused.stderr
        assert "the notice is still that of 2023-08-18" in refused.stderr
        assert "./registry record write" in refused.stderr
    assert {file.name: file.read_bytes() for file in office.parent.rglob("*.md")} == before


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("sync.batch_size", 10),
        ("sync.removals.share", 0.2),
        ("sources.ura_persons.min_valid", 0.9),
        ("sources.ura_persons.ways.view.table", "another"),  # a way that no night uses
        ("targets.henkiloasiakkaat.list_id", "75386e91-4d4b-5b04-8cef-f8bc2741dd98"),
        ("expiry.legal_holds", [{"reference": "TEM/1", "audience": "all", "until": "2027-01-01"}]),
        ("unsubscribes.email", "E-mail"),
    ],
)
def test_how_it_is_done_needs_no_new_notice(office: Path, change: Change, path: str, value: Any) -> None:
    change(path, value)
    checked = registry("check", str(office.parent / "docs"))
    assert checked.exit_code == 0, checked.stderr


def test_under_a_later_notice_it_is_declared_anew_and_the_older_one_is_remembered(office: Path, change: Change) -> None:
    docs = office.parent / "docs"
    change("audiences.person.retention.absent_days", 45)
    change("office.notice_date", "2027-01-02")
    refused = registry("check", str(docs))
    assert "the notice of 2027-01-02 is not declared yet: run ./registry record write" in refused.stderr
    before = record.declaration(office)
    assert registry("write", str(docs), "--json").exit_code == 0
    assert registry("check", str(docs)).exit_code == 0
    declared = record.declaration(office)
    assert before is not None
    assert declared is not None
    assert declared.earlier == {before.notice_date: before.digest}
    assert "45 päivää siitä" in (docs / "processing-record.fi.md").read_text(encoding="utf-8")
    change("office.notice_date", "2025-01-01")
    assert "a notice of 2027-01-02 was declared: give a later date" in registry("write", str(docs)).stderr


def test_a_record_that_was_changed_by_hand_is_found(office: Path) -> None:
    page = office.parent / "docs" / "processing-record.en.md"
    page.write_text(page.read_text(encoding="utf-8").replace("730 days", "73 days"), encoding="utf-8")
    refused = registry("check", str(page.parent))
    assert refused.exit_code == 2
    assert "processing-record.en.md is not what the policy says" in refused.stderr
    assert registry("write", str(page.parent)).exit_code == 0
    assert registry("check", str(page.parent)).exit_code == 0


def test_a_notice_that_was_changed_by_hand_is_found(office: Path, change: Change) -> None:
    """Otherwise the file would be made to fit the policy, and not the notice."""
    file = office.with_name("pirkanmaa.notice.yaml")
    change("audiences.person.retention.absent_days", 60)
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("person.retention.absent_days: 30", "person.retention.absent_days: 60"))
    refused = registry("check", str(office.parent / "docs"))
    assert refused.exit_code == 2
    assert "is not as it was written" in refused.stderr


def test_another_policy_does_not_take_the_records_place(office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGISTRY_POLICY", str(ROOT / "include" / "policy" / "sandbox.yaml"))
    refused = registry("write", str(office.parent / "docs"))
    assert refused.exit_code == 2
    assert "is of another policy than sandbox.yaml" in refused.stderr


@pytest.mark.parametrize("language", ["fi", "en"])
def test_it_is_shown_whole_for_another_office_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    answers = ROOT / "include" / "policy" / "answers.example.yaml"
    out = tmp_path / "kust.yaml"
    assert CliRunner().invoke(cli, ["init", "--from", str(answers), "--out", str(out)]).exit_code == 0
    monkeypatch.setenv("REGISTRY_POLICY", str(out))
    shown = registry("show", "--language", language).stdout
    for told in ("Kundregistret", "`landskap`", "kust_landskap eq 'Österbotten'", "127.0.0.1", "`kust.yaml`"):
        assert told in shown
    for days in ("21", "60", "45", "120", "1095", "730"):
        assert f"{days} {'päivää' if language == 'fi' else 'days'}" in shown
    for word in ("Pirkanmaa", "KasvuCRM", "URA "):
        assert word not in shown


def test_the_doctor_says_it(office: Path, change: Change) -> None:
    found = Findings()
    assert found.look("notice", lambda: record.look(office))
    assert "of 2023-08-18 was declared for" in found.found[0].detail
    change("rights.cases_days", 1)
    assert not found.look("notice", lambda: record.look(office))
    assert found.found[1].exit_code == 2
    assert "rights.cases_days was 730 and is 1" in found.found[1].detail
    office.with_name("pirkanmaa.notice.yaml").unlink()
    assert found.look("notice", lambda: record.look(office))
    assert "no processing record was written" in found.found[2].detail


def test_every_key_of_a_policy_is_declared_or_operating_and_no_pattern_is_of_none() -> None:
    """A key that is new is thought of: does it change what happens to a person?"""
    keys = set(_keys(Policy))
    both = {kind: {key for key in keys if matches(key, tuple(LISTS[kind]))} for kind in ("declared", "operating")}
    assert sorted(keys - both["declared"] - both["operating"]) == []
    assert both["declared"] & both["operating"] == set()
    for kind in both:
        assert [pattern for pattern in LISTS[kind] if not any(matches(key, (pattern,)) for key in keys)] == []


def _keys(model: type[BaseModel], path: str = "") -> Iterator[str]:
    """Every dotted key that a policy may have; any one name is `x`, and the way in use is `in_use`."""
    for name, field in model.model_fields.items():
        if name == "ways":
            for way in (FileWay, ViewWay, ODataWay):
                yield from _keys(way, f"{path}in_use.")
            continue
        yield from _below(field.annotation, f"{path}{name}")


def _below(kind: Any, path: str) -> Iterator[str]:
    parts = [part for part in get_args(kind) if part is not type(None)]
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield from _keys(kind, f"{path}.")
    elif getattr(get_origin(kind), "__name__", "") == "Mapping":
        yield from _below(parts[1], f"{path}.x")
    elif type(None) in get_args(kind) and len(parts) == 1:
        yield from _below(parts[0], path)
    else:
        yield path


def test_what_is_promised_hangs_on_no_list_of_the_vendors() -> None:
    """The office's own policy cannot be used before Webropol gave the ids, and its record can be made before."""
    with pytest.raises(ConfigurationError):
        load_policy(PIRKANMAA)
    keys = promised(load_promised(PIRKANMAA))
    assert len(keys) > 40
    assert not [key for key, _ in leaves(keys) if "list_id" in key]
