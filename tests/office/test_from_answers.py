"""Answers from a file become a policy that says the same, reads well, and is told how to go on from."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from email_registry import office
from email_registry.cli.main import cli
from email_registry.errors import ConfigurationError
from email_registry.settings import environment, load_policy
from tests.office.conftest import EXAMPLE, Init

INCLUDE = EXAMPLE.parent
OWN = ("office", "allowed_hosts", "targets", "pilot", "unsubscribes", "webropol", "files", "onboarding")


def within(part: Any, whole: Any) -> bool:
    """Whether all that `part` says stands in `whole`."""
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(key in whole and within(part[key], whole[key]) for key in part)
    return bool(part == whole)


def written(out: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(out.read_text(encoding="utf-8"))
    return found


def test_the_policy_is_what_was_answered_and_the_rest_as_it_was_found_sensible(
    init: Init, out: Path, answers: dict[str, Any]
) -> None:
    result = init(answers)
    assert result.exit_code == 0, result.stderr
    found, usual = written(out), yaml.safe_load((INCLUDE / "pirkanmaa.yaml").read_text(encoding="utf-8"))
    assert within(answers, found)
    assert {key: found[key] for key in OWN} == {key: answers[key] for key in OWN}
    assert (found["expiry"], found["retention"], found["backups"]) == (
        usual["expiry"], usual["retention"], usual["backups"]
    )  # fmt: skip
    assert found["sync"]["begins"] == "observed"
    assert found["sources"]["kundregister_foretag"]["continuity"] == usual["sources"]["ura_companies"]["continuity"]
    policy = load_policy(out)
    assert policy.sources["kundregister_personer"].continuity == 0.6
    assert policy.targets["foretagskunder"].sheet is not None


def test_everybody_may_read_it_and_it_reads_as_the_first_office_s(
    init: Init, out: Path, answers: dict[str, Any]
) -> None:
    assert init(answers).exit_code == 0
    text = out.read_text(encoding="utf-8")
    assert out.stat().st_mode & 0o777 == 0o644
    assert list(out.parent.glob(".*")) == []
    assert max(len(line) for line in text.splitlines()) <= 120
    assert text.startswith("# What the office decided.")
    for part in ("allowed_hosts", "sources", "webropol", "targets", "pilot", "sync", "expiry", "retention"):
        before = text.partition(f"\n{part}:")[0].splitlines()[-1]
        assert before.startswith("# "), part
    assert "encoding: cp1252   # never guessed" in text
    for key, value in (("controller", "työllisyysalue"), ("kundskap", "öppen")):
        assert key in text
        assert value in text


def test_nothing_of_the_first_office_is_left_in_it(init: Init, out: Path, answers: dict[str, Any]) -> None:
    assert init(answers).exit_code == 0
    text = out.read_text(encoding="utf-8").casefold()
    for word in ("pirkanmaa", "kasvucrm", "ura_", "te-toimisto", "sahkoposti", "sähköposti", "henkiloasiakkaat:"):
        assert word not in text, word


def test_every_comment_has_its_place(init: Init, out: Path, answers: dict[str, Any]) -> None:
    answers["mail"] = {"connection": "post", "to": ["it@sysselsattning-sandbox.fi"]}
    assert init(answers).exit_code == 0
    text = out.read_text(encoding="utf-8")
    comments = yaml.safe_load((INCLUDE / "comments.yaml").read_text(encoding="utf-8"))
    missing = [
        path
        for place in ("above", "beside")
        for path, comment in comments[place].items()
        if f"# {comment.splitlines()[0]}" not in text
    ]
    assert missing == []


def test_it_says_what_comes_next_and_what_has_to_be_filled_in(init: Init, out: Path, answers: dict[str, Any]) -> None:
    result = init(answers, "--json")
    told = json.loads(result.stdout)
    assert told["policy"] == str(out)
    assert told["digest"] == load_policy(out).digest
    assert [step for step in told["next"] if "doctor" in step]
    assert {name: one["conn_type"] for name, one in told["connections"].items()} == {
        "kundregister_sftp": "sftp", "kundregister_vy": "generic", "kundregister_mapp": "fs", "kundvard": "http",
        "utskick": "http", "utskick_mapp": "fs",
    }  # fmt: skip
    filled_in = [one[key] for one in told["connections"].values() for key in ("login", "password") if one.get(key)]
    assert filled_in == []
    lines = init(answers, "--force").stdout
    assert str(environment().secrets / "connections.json") in lines
    assert json.loads(lines[lines.index("\n{") :]) == told["connections"]


def test_a_file_that_is_there_is_replaced_only_when_told(init: Init, out: Path, answers: dict[str, Any]) -> None:
    assert init(answers).exit_code == 0
    before = out.read_bytes()
    answers["office"]["region"] = "Kainuu"
    refused = init(answers)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "--force" in refused.stderr
    assert out.read_bytes() == before
    assert init(answers, "--force").exit_code == 0
    assert load_policy(out).office.region == "Kainuu"


def test_a_file_that_appeared_meanwhile_is_not_replaced(answers: dict[str, Any], out: Path) -> None:
    made = office.draft(office.complete(answers), date(2026, 11, 25))
    out.write_text("version: 1\n")
    with pytest.raises(ConfigurationError, match="is there already"):
        office.write(made, out)
    assert out.read_text() == "version: 1\n"


def test_its_name_is_the_region_s_in_plain_letters(answers: dict[str, Any]) -> None:
    for region, name in (("Österbotten", "osterbotten.yaml"), ("Etelä-Karjala / Södra", "etela-karjala-sodra.yaml")):
        changed = deepcopy(answers)
        changed["office"]["region"] = region
        assert office.draft(office.complete(changed), date(2026, 11, 25)).file_name == name


def test_one_audience_alone_is_an_office_too(init: Init, out: Path, answers: dict[str, Any]) -> None:
    del answers["audiences"]["company"]
    answers["sources"] = {"kundregister_personer": answers["sources"]["kundregister_personer"]}
    answers["targets"] = {"personkunder": answers["targets"]["personkunder"]}
    assert init(answers).exit_code == 0
    assert list(load_policy(out).audiences) == ["person"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "is not there"),
        (b"", "empty or not a mapping"),
        (b"a: [1\n", "is not YAML: look at line"),
        (b"a: \xe4\n", "is not UTF-8"),
        (b"addresses: {own_domains: [a-sandbox.fi]}\n", "Field required"),
    ],
)
def test_answers_that_cannot_be_read_are_one_line(tmp_path: Path, out: Path, content: bytes | None, said: str) -> None:
    file = tmp_path / "answers.yaml"
    if content is not None:
        file.write_bytes(content)
    result = CliRunner().invoke(cli, ["init", "--from", str(file), "--out", str(out)])
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert said in result.stderr
    assert not out.exists()


def test_a_folder_that_is_not_there_is_one_line(answers: dict[str, Any], init: Init, tmp_path: Path) -> None:
    result = init(answers, "--out", str(tmp_path / "nowhere" / "office.yaml"))
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert "nowhere" in result.stderr
