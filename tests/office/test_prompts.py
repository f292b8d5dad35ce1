"""Asked at a terminal: what is typed is what is written, what will not do is asked again, Ctrl-C leaves nothing."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import yaml

from email_registry.settings import load_policy
from tests.office.conftest import Init

ROOT = Path(__file__).resolve().parents[2]
LIST, PILOT = "75386e91-4d4b-5b04-8cef-f8bc2741dd98", "9711e1d7-804f-5ddc-b8b7-5a4960ad52a1"
ENTER = ""
SECONDS = 30

OFFICE = ["Kainuun työllisyysalue", "Employment Area of Kainuu", "Kainuu", ENTER, ENTER,
          "Laki 380/2023", "Act 380/2023", "2025-01-01"]  # fmt: skip
PERSONS = ["kunnat", "Kuntarekisteri", "sftp", ENTER, "kunta_{date}.csv", ".valmis", "tab", "cp1252",
           "email, alue, tila", ENTER, "alue=18, tila=auki", "18", "10", "5000", ENTER, ENTER]  # fmt: skip
HOSTS = ["rest.webropolsurveys.com, tiedostot.kainuu-sandbox.fi"]
WEBROPOL = [ENTER] * 5
UNSUBSCRIBES = [ENTER, ENTER]
TARGET = ["tyonhakijat", "Tiedotteet", "Bulletins", "rest", LIST]
STAFF = ["rest", PILOT, "a@kainuu-sandbox.fi, b@kainuu-sandbox.fi, c@kainuu-sandbox.fi"]
RIGHTS = ["PL 1, kirjaamo@kainuu-sandbox.fi", "P.O. Box 1", "virkailijalta", "from an officer"]
THRESHOLDS = ["0.05", "50", ENTER, ENTER, ENTER, ENTER]


def typed(*parts: list[str]) -> str:
    return "".join(f"{line}\n" for part in parts for line in part)


def test_what_is_typed_is_what_is_written(init: Init, out: Path) -> None:
    audiences = ["person", "20", ENTER]
    person = [*PERSONS[:2], ENTER, *PERSONS[2:], "n"]
    target = [*TARGET[:3], ENTER, *TARGET[3:], "n"]
    result = init(
        typed=typed(
            OFFICE,
            ["kainuu-sandbox.fi"],
            audiences,
            person,
            HOSTS,
            WEBROPOL,
            UNSUBSCRIBES,
            target,
            STAFF,
            RIGHTS,
            THRESHOLDS,
        )
    )
    assert result.exit_code == 0, result.stderr
    found = yaml.safe_load(out.read_text(encoding="utf-8"))
    assert found["office"]["controller"] == {"fi": "Kainuun työllisyysalue", "en": "Employment Area of Kainuu"}
    assert found["audiences"]["person"]["retention"] == {"absent_days": 20, "unseen_days": 90}
    assert found["sources"]["kunnat"] == {
        "system": "Kuntarekisteri",
        "audience": "person",
        "way": "sftp",
        "ways": {
            "sftp": {
                "kind": "file",
                "connection": "kuntarekisteri_sftp",
                "name": "kunta_{date}.csv",
                "marker": ".valmis",
                "delimiter": "\t",
                "encoding": "cp1252",
                "columns": {
                    "email": "email", "agreed": ["email", "alue", "tila"], "where": {"alue": "18", "tila": "auki"}
                },
                "counts_key": "18",
            }
        },
        "volume": {"drop": 0.2, "growth": 0.3, "first_night": {"min": 10, "max": 5000}},
        "min_valid": 0.85,
        "continuity": 0.5,
    }  # fmt: skip
    assert found["rights"]["contact"] == {"fi": RIGHTS[0], "en": RIGHTS[1]}
    assert found["rights"]["corrected_in"] == {"Kuntarekisteri": {"fi": RIGHTS[2], "en": RIGHTS[3]}}
    assert found["sync"]["removals"]["share"] == 0.05
    policy = load_policy(out)
    assert policy.allowed_hosts == ("rest.webropolsurveys.com", "tiedostot.kainuu-sandbox.fi")
    assert str(policy.targets["tyonhakijat"].list_id) == LIST
    assert policy.pilot is not None
    assert len(policy.pilot.addresses) == 3
    assert result.stdout.startswith(f"written: {out}")  # the questions are on standard error
    assert "The controller's name" in result.stderr


def test_what_will_not_do_is_asked_again_and_says_why(init: Init, out: Path) -> None:
    office = ["info@muu-sandbox.fi", "Yk3sVvq0ZzP1u8Rb7LhNw2Xe", *OFFICE[:7], "1.1.2025", "2025-02-30", OFFICE[7]]
    domains = ["https://kainuu.fi", "kainuu.ru", "kainuu-sandbox.fi"]
    audiences = ["everybody", "company", "500", "30", "10", "90"]
    source = [
        "Kunnat!", "yritykset", "Yritysrekisteri", ENTER, "odata", ENTER, "companies", "companies=companyid",
        ENTER, "mail, region", "puhelin", "mail", "alue=Kainuu", "region", "region=Kainuu",
        "statecode eq 0", "region eq 'Kainuu'",
        "many", "10", "5", "5000", "2", ENTER, ENTER, "y", "yritykset", "toinen", "Toinen", ENTER, "view", ENTER,
        "s", "v", "mail, region", ENTER, "region=Kainuu", ENTER, ENTER, ENTER, ENTER, "n",
    ]  # fmt: skip
    target = [
        "lista",
        "T",
        "B",
        ENTER,
        "sheets",
        "00000000-0000-0000-0000-000000000000",
        "lista",
        LIST,
        ENTER,
        ENTER,
        "n",
    ]
    staff = [*STAFF[:2], "a@kainuu-sandbox.fi", "a@kainuu-sandbox.fi, x@muu-sandbox.fi, c@kainuu-sandbox.fi", STAFF[2]]
    rights = ["PL 1, x@muu-sandbox.fi", *RIGHTS, *RIGHTS[2:]]  # of two systems
    result = init(
        typed=typed(
            office, domains, audiences, source, HOSTS, WEBROPOL, ["x", ENTER, ENTER], target, staff, rights, THRESHOLDS
        )
    )
    assert result.exit_code == 0, result.stderr
    for said in (
        "a day that exists", "without scheme", ".ru is of a country", "is not one of", "from 1 to 180",
        "from 30 to 365", "does not ask for region", "it holds an address", "it looks like a secret", "at least 3",
        "small letters a to z", "name=value", "among mail, region", "a whole number", "from 10 to", "from 0.01 to 0.5",
        "that name is taken", "the zeros are a template's", "an id looks like", "number 2: it holds an address",
    ):  # fmt: skip
        assert said in result.stderr, said
    policy = load_policy(out)
    assert list(policy.sources) == ["yritykset", "toinen"]
    assert policy.targets["lista"].sheet is not None
    assert "muu-sandbox" not in out.read_text(encoding="utf-8")


def test_a_file_that_is_there_is_not_asked_for_sixty_answers(init: Init, out: Path) -> None:
    out.write_text("version: 1\n")
    result = init(typed=typed(OFFICE))
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert out.read_text() == "version: 1\n"


def test_nobody_there_to_answer_is_one_line_and_nothing_is_written(init: Init, out: Path) -> None:
    result = init(typed="Kainuun työllisyysalue\n")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "interrupted: nothing was written" in result.stderr
    assert not out.exists()


def at_a_terminal() -> None:
    """The terminal becomes the session's own, and Ctrl-C means what it means there: a background job ignores it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.close(os.open(os.ttyname(0), os.O_RDWR))


def test_ctrl_c_in_the_middle_leaves_nothing(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "email_registry.cli", "init", "--out", str(tmp_path / "office.yaml")]
    process = subprocess.Popen(
        command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT / "plugins")},
        stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
        preexec_fn=at_a_terminal,
    )  # fmt: skip
    os.close(theirs)
    said = ""

    def until(words: str, key: bytes = b"") -> None:
        """Read on until it says so; `key` is pressed again where nothing comes of it: readline can lose one."""
        nonlocal said
        deadline = time.monotonic() + SECONDS
        while words not in said:
            assert time.monotonic() < deadline, said
            if select.select([ours], [], [], 2)[0]:
                said += os.read(ours, 4096).decode(errors="replace")
            else:
                os.write(ours, key)

    try:
        for question in ("in Finnish", "in English"):
            until(question)
            os.write(ours, b"Kainuu\n")
        until("The region")
        os.write(ours, b"\x03")
        until("nothing was written", key=b"\x03")
        assert process.wait(SECONDS) == 1
    finally:
        process.kill()
        process.wait()
        os.close(ours)
    assert list(tmp_path.iterdir()) == []


def test_as_json_the_questions_stay_on_standard_error(init: Init) -> None:
    target = [*TARGET[:3], ENTER, *TARGET[3:], "n"]
    person = [*PERSONS[:2], ENTER, *PERSONS[2:], "n"]
    given = typed(
        OFFICE, ["kainuu-sandbox.fi"], ["person", ENTER, ENTER], person, HOSTS, WEBROPOL, UNSUBSCRIBES, target
    )
    result = init(None, "--json", typed=given + typed(STAFF, RIGHTS, THRESHOLDS))
    assert result.exit_code == 0, result.stderr
    assert set(json.loads(result.stdout)) == {"policy", "digest", "connections", "next"}
