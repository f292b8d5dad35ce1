"""Faults: each does what faults.yaml says, holds for its night, and the truth says what it forbids."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.errors import SandboxError
from sandbox.faults import load
from tests.sandbox.outside import LISTS, Outside, run


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outside]:
    found = Outside(tmp_path_factory.mktemp("faults"))
    found.run("create", "--addresses", "200", "--date", "2026-11-23")
    with found.served():
        found.bring_level()
        yield found


@pytest.fixture
def playing(outside: Outside) -> Iterator[Outside]:
    """A served world whose lists are equal. After the test's fault the next night is healthy and makes good."""
    yield outside
    outside.run("advance")
    assert outside.json("night.json")["fault"] is None
    held = outside.json("truth/held.json")
    assert (held["fault"], held["audiences_frozen"], held["lists_held"]) == (None, [], [])
    outside.connect()
    assert outside.odata("accounts").status_code == 200
    outside.bring_level()
    outside.run("lists")


def drops(outside: Outside) -> list[Path]:
    day = outside.json("night.json")["date"]
    return sorted((outside.home / "drop").glob(f"ura_*_{day}*"))


def test_ura_empty(playing: Outside) -> None:
    playing.run("advance", "--fault", "ura-empty")
    files = drops(playing)
    assert len(files) == 4
    for file in files:
        if file.suffix == ".csv":
            assert file.read_text() == "sahkoposti;maakunta;asiakkuus\n"
        else:
            assert json.loads(file.read_text())["rows"] == 0
    held = playing.json("truth/held.json")
    assert held["sources_unproven"] == ["ura_companies", "ura_persons"]
    assert held["audiences_frozen"] == ["company", "person"]
    assert held["lists_held"] == sorted(LISTS)
    assert len(playing.truth("henkiloasiakkaat")) > 100  # as a healthy night would have it


def test_ura_missing(playing: Outside) -> None:
    playing.run("advance", "--fault", "ura-missing")
    assert drops(playing) == []
    assert playing.json("truth/held.json")["audiences_frozen"] == ["company", "person"]
    assert len(playing.truth("henkiloasiakkaat")) > 100


def test_kasvucrm_down(playing: Outside) -> None:
    playing.run("advance", "--fault", "kasvucrm-down")
    assert playing.crm_token().status_code == 200
    for path in ("", "$metadata", "accounts", "contacts/$count", "RetrieveTotalRecordCount(EntityNames=['account'])"):
        answer = playing.odata(path)
        assert answer.status_code == 503
        assert set(answer.json()["error"]) == {"code", "message"}
    assert playing.api("GET", "lists").status_code == 200
    assert len(drops(playing)) == 4
    held = playing.json("truth/held.json")
    assert held["audiences_frozen"] == ["company"]
    assert held["lists_held"] == ["kaikki_asiakkaat", "yritysasiakkaat"]
    assert held["webropol_unreachable"] is False


def test_webropol_down(playing: Outside) -> None:
    left = json.loads(playing.run("status", "--json"))["rows"]["left"]
    playing.run("advance", "--fault", "webropol-down")
    assert playing.webropol_token().status_code == 503
    answer = playing.api("GET", "lists")
    assert (answer.status_code, set(answer.json())) == (503, {"Message"})
    assert playing.odata("accounts").status_code == 200
    held = playing.json("truth/held.json")
    assert held["webropol_unreachable"] is True
    assert held["audiences_frozen"] == []
    assert held["lists_held"] == sorted(LISTS)
    assert json.loads(playing.run("status", "--json"))["rows"]["left"] == left  # nobody can leave meanwhile


def test_a_fault_holds_for_each_of_several_nights(playing: Outside) -> None:
    before = playing.json("night.json")["night"]
    playing.run("advance", "--nights", "2", "--fault", "ura-missing")
    assert playing.json("night.json")["night"] == before + 2
    assert playing.json("night.json")["fault"] == "ura-missing"


@pytest.mark.parametrize("fault", ["ura-missing", "kasvucrm-down", "webropol-down"])
def test_the_same_night_heals_and_nobody_moves(playing: Outside, fault: str) -> None:
    playing.run("advance", "--fault", fault)
    night = playing.json("night.json")
    truth = {name: playing.truth(name) for name in LISTS}
    rows = json.loads(playing.run("status", "--json"))["rows"]
    playing.run("heal")
    assert playing.json("night.json") == {**night, "fault": None}
    assert playing.json("truth/held.json")["sources_unproven"] == []
    assert len(drops(playing)) == 4
    playing.connect()
    assert (playing.odata("accounts").status_code, playing.api("GET", "lists").status_code) == (200, 200)
    after = json.loads(playing.run("status", "--json"))
    assert (after["fault"], after["rows"]) == (None, rows)
    unmoved = truth == {name: playing.truth(name) for name in LISTS}
    assert unmoved

    files = {path: path.read_bytes() for path in drops(playing)}
    playing.run("heal")  # a healthy night too, and once more the same
    same = files == {path: path.read_bytes() for path in drops(playing)}
    assert same


def test_an_unknown_fault_is_one_line_that_names_those_there_are(outside: Outside) -> None:
    done = run("advance", "--fault", "nope", home=outside.home)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "ura-empty" in done.stderr


def test_the_first_night_may_have_a_fault_too(home: Path) -> None:
    assert run("create", "--addresses", "50", "--fault", "ura-missing", home=home).returncode == 0
    assert list((home / "drop").glob("ura_*")) == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("switch: {ura_drop: upside-down}", "nothing here can play"),
        ("switch: {elsewhere: down}", "nothing here can play"),
        ("unproven: [nobody]", "a source that is not there"),
        ("cause: unknown", "must have exactly"),
    ],
)
def test_a_mistake_in_the_faults_is_named(tmp_path: Path, change: str, reason: str) -> None:
    entry = {
        "switch": "switch: {ura_drop: empty}",
        "unproven": "unproven: [ura_persons]",
        "other": "does: a\n  outcome: b\n  unreachable: false",
    }
    entry[change.split(":")[0]] = change
    file = tmp_path / "faults.yaml"
    file.write_text("- id: x\n  " + "\n  ".join(entry.values()) + "\n")
    with pytest.raises(SandboxError, match=reason):
        load(file)
