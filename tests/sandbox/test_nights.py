"""Nights: what moves, who leaves, and that the truth follows from what the systems say."""

from __future__ import annotations

import csv
import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from sandbox import nights
from sandbox.faults import HEALTHY
from sandbox.home import Home
from sandbox.targets import LIST_IDS, UNSUBSCRIBE_SURVEY
from sandbox.world import World
from tests.sandbox.outside import LISTS, SNAPSHOT, Outside, run
from tests.sandbox.test_population import judged

NIGHTS = 6


class History:
    """A world of 1,000 addresses over six nights, each night's lists made equal before the next."""

    def __init__(self, outside: Outside) -> None:
        self.outside = outside
        self.truths: list[dict[str, set[str]]] = []
        self.left: list[set[str]] = []
        self.sources: list[dict[str, set[str]]] = []

    def record(self) -> None:
        self.truths.append({name: self.outside.truth(name) for name in LISTS})
        self.left.append({answer["RespondentEmail"] for answer in self._answers()})
        self.sources.append(read_sources(self.outside))

    def _answers(self) -> list[dict[str, str]]:
        return list(self.outside.api("GET", f"surveys/{UNSUBSCRIBE_SURVEY}/responses").json()["SurveyAnswers"])


def read_sources(outside: Outside) -> dict[str, set[str]]:
    """What a reader without a mistake finds per audience: the region's open rows, judged by a foreign library."""
    day = outside.json("night.json")["date"]
    found: dict[str, set[str]] = {}
    for audience, register in (("person", "persons"), ("company", "companies")):
        with (outside.home / "drop" / f"ura_{register}_{day}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, delimiter=";"))
        kept = (row for row in rows if (row["maakunta"], row["asiakkuus"]) == ("06", "voimassa"))
        found[audience] = {form for row in kept if (form := judged(row["sahkoposti"]))}
    for entity_set in ("accounts", "contacts"):
        for page in outside.chain(entity_set, 5000, select="emailaddress1", filter=SNAPSHOT):
            found["company"] |= {form for row in page if (form := judged(row["emailaddress1"]))}
    return found


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Iterator[History]:
    outside = Outside(tmp_path_factory.mktemp("nights"))
    outside.run("create", "--seed", "3", "--addresses", "1000", "--date", "2026-10-23")
    with outside.served():
        history = History(outside)
        history.record()
        world = World(Home(outside.home))
        for _ in range(NIGHTS - 1):
            outside.bring_level()
            nights.advance(world, HEALTHY)
            history.record()
        yield history


def test_the_truth_is_what_the_sources_say_less_those_who_left(history: History) -> None:
    for truth, sources, left in zip(history.truths, history.sources, history.left, strict=True):
        assert truth["henkiloasiakkaat"] == sources["person"] - left
        assert truth["yritysasiakkaat"] == sources["company"] - left
        assert truth["kaikki_asiakkaat"] == truth["henkiloasiakkaat"] | truth["yritysasiakkaat"]


def test_a_night_changes_a_few_per_cent(history: History) -> None:
    for before, after in zip(history.truths, history.truths[1:], strict=False):
        for name in LISTS:
            assert 0 < len(after[name] - before[name]) < 0.05 * len(before[name])
            assert 0 < len(before[name] - after[name]) < 0.05 * len(before[name])


def test_somebody_returns_who_was_gone(history: History) -> None:
    everybody = [truth["kaikki_asiakkaat"] for truth in history.truths]
    returned = {
        address
        for night in range(2, NIGHTS)
        for address in everybody[night] - everybody[night - 1]
        if any(address in earlier for earlier in everybody[: night - 1])
    }
    assert returned


def test_somebody_in_both_audiences_disappears_from_one_and_stays_on_the_joint_list(history: History) -> None:
    for before, after in zip(history.truths, history.truths[1:], strict=False):
        both = before["henkiloasiakkaat"] & before["yritysasiakkaat"]
        one = {address for address in both if (address in after["henkiloasiakkaat"]) != (address in after[LISTS[1]])}
        assert one
        assert one <= after["kaikki_asiakkaat"]


def test_whoever_left_was_a_member_stays_in_the_sources_and_never_comes_back(history: History) -> None:
    assert history.left[0] == set()
    for night in range(1, NIGHTS):
        leavers = history.left[night] - history.left[night - 1]
        assert leavers
        assert leavers <= history.truths[night - 1]["kaikki_asiakkaat"]
        for later in range(night, NIGHTS):
            assert leavers <= history.sources[later]["person"] | history.sources[later]["company"]
            assert not leavers & history.truths[later]["kaikki_asiakkaat"]


def test_whoever_left_is_on_no_list_at_once(history: History) -> None:
    members = {email for name in LISTS for email in history.outside.members(history.outside.list_id(name)).values()}
    assert history.left[-1]
    assert not history.left[-1] & members


def test_answers_are_of_the_day_before_and_without_a_zone(history: History) -> None:
    answers = history.outside.api("GET", f"surveys/{UNSUBSCRIBE_SURVEY}/responses").json()
    moments = [datetime.fromisoformat(answer["ResponseDate"]) for answer in answers["SurveyAnswers"]]
    assert all(moment.tzinfo is None for moment in moments)
    assert moments == sorted(moments)
    assert {moment.date() for moment in moments} <= {date(2026, 10, day) for day in range(23, 28)}
    last = {"StartDate": "2026-10-27T00:00:00", "EndDate": "2026-10-28T00:00:00"}
    filtered = history.outside.api("POST", f"surveys/{UNSUBSCRIBE_SURVEY}/responses", json=last).json()
    assert filtered["Paging"]["TotalCount"] == len(history.left[-1] - history.left[-2])
    one = {"RespondentId": answers["SurveyAnswers"][0]["RespondentId"]}
    found = history.outside.api("POST", f"surveys/{UNSUBSCRIBE_SURVEY}/responses", json=one).json()
    assert found["SurveyAnswers"] == answers["SurveyAnswers"][:1]


def test_each_drop_is_whole_and_its_marker_true(history: History) -> None:
    files = sorted((history.outside.home / "drop").glob("*.csv"))
    assert len(files) == 3 * NIGHTS
    for file in files:
        content = file.read_bytes()
        marker = json.loads(file.with_name(f"{file.name}.done").read_text())
        header, *rows = csv.reader(content.decode().splitlines(), delimiter=";")
        if file.name.startswith("ura_"):
            assert header == ["sahkoposti", "maakunta", "asiakkuus"]
            counted, home = Counter(row[1] for row in rows if row[2] == "voimassa"), "06"
        else:
            assert header == ["emailaddress1", "address1_stateorprovince"]
            counted, home = Counter(row[1] for row in rows), "Pirkanmaa"
        assert counted[home] > counted.total() - counted[home] > 0
        digest = hashlib.sha256(content).hexdigest()
        assert marker == {"rows": len(rows), "sha256": digest, "counts": dict(counted)}
        assert file.stat().st_mode & 0o077 == 0


def test_kasvucrm_says_the_same_by_file_as_by_its_api(history: History) -> None:
    outside = history.outside
    day = outside.json("night.json")["date"]
    with (outside.home / "drop" / f"kasvucrm_companies_{day}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    by_file = sorted(row["emailaddress1"] for row in rows if row["address1_stateorprovince"] == "Pirkanmaa")
    by_api = sorted(
        row["emailaddress1"]
        for entity_set in ("accounts", "contacts")
        for page in outside.chain(entity_set, 5000, select="emailaddress1", filter=SNAPSHOT)
        for row in page
    )
    assert by_file == by_api


def test_total_record_counts_are_of_the_evening_before(history: History) -> None:
    world = World(Home(history.outside.home))
    before = _rows(history.outside)
    nights.advance(world, HEALTHY)
    assert _totals(history.outside) == before != _rows(history.outside)


def _rows(outside: Outside) -> list[int]:
    return [int(outside.odata(f"{entity_set}/$count").text) for entity_set in ("accounts", "contacts")]


def _totals(outside: Outside) -> list[int]:
    body = outside.odata("RetrieveTotalRecordCount(EntityNames=['account','contact'])").json()
    return list(body["EntityRecordCountCollection"]["Values"])


def test_a_night_that_was_cut_off_is_played_again_the_same(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outside = Outside(home)
    outside.run("create", "--addresses", "200", "--date", "2026-11-23")

    with monkeypatch.context() as patched:
        patched.setattr("sandbox.nights.truth.write", lambda *_: (_ for _ in ()).throw(OSError("cut off")))
        with pytest.raises(OSError, match="cut off"):
            nights.advance(World(Home(home)), HEALTHY)
    cut_off = (home / "drop" / "ura_persons_2026-11-24.csv").read_bytes()
    assert outside.json("night.json")["night"] == 1

    outside.run("advance")
    assert outside.json("night.json") == {"night": 2, "date": "2026-11-24", "fault": None}
    assert (home / "drop" / "ura_persons_2026-11-24.csv").read_bytes() == cut_off


def test_the_same_seed_plays_the_same_nights(tmp_path: Path) -> None:
    truths = []
    for name in ("one", "again"):
        home = tmp_path / name
        run("create", "--seed", "9", "--addresses", "200", "--date", "2026-11-23", home=home)
        run("advance", "--nights", "3", home=home)
        truths.append({file.name: file.read_bytes() for file in (home / "drop").iterdir()})
    assert truths[0] == truths[1]
    assert len(truths[0]) == 4 * 3 * 2


def test_over_many_nights_whoever_left_stays_as_they_were_and_no_corrected_form_returns(home: Path) -> None:
    """Forty nights of the smallest world, where everything happens to everybody sooner or later."""
    Outside(home).run("create", "--addresses", "40", "--date", "2026-11-23")
    world = World(Home(home))
    gone_for_good: set[str] = set()
    rows_of_leavers: dict[int, list[tuple[object, ...]]] = {}
    for _ in range(40):
        with world.writing() as db:
            listed = set(db.execute("SELECT canonical FROM listed").fetchall())
            db.execute("DELETE FROM webropol_member")
            for number, (canonical,) in enumerate(sorted(listed)):
                add_member = "INSERT INTO webropol_member (member_id, list_id, email, folded) VALUES (?, ?, ?, ?)"
                db.execute(add_member, (str(number), LIST_IDS["kaikki_asiakkaat"], canonical, canonical))
            forms_before = _forms_by_row(db)
        nights.advance(world, HEALTHY)
        with world.reading() as db:
            forms = _forms_by_row(db)
            corrected = {
                forms_before[row] for row in forms.keys() & forms_before.keys() if forms[row] != forms_before[row]
            }
            gone_for_good |= corrected
            eligible = {
                form for (form,) in db.execute("SELECT a.canonical FROM eligible JOIN address a ON a.id = address_id")
            }
            assert not gone_for_good & eligible
            for (leaver,) in db.execute("SELECT id FROM address WHERE left_on IS NOT NULL"):
                rows = db.execute(
                    "SELECT * FROM eligible WHERE address_id = ? ORDER BY source, row_id", (leaver,)
                ).fetchall()
                assert rows_of_leavers.setdefault(leaver, rows) == rows != []
    assert len(rows_of_leavers) == 40
    assert gone_for_good


def _forms_by_row(db: sqlite3.Connection) -> dict[tuple[str, object], str]:
    """(system, row) -> canonical form, for the rows that hold an address."""
    found = db.execute(
        "SELECT 'ura', r.id, a.canonical FROM ura_row r JOIN address a ON a.id = r.address_id "
        "UNION ALL SELECT r.entity, r.id, a.canonical FROM crm_row r JOIN address a ON a.id = r.address_id"
    )
    return {(system, row): form for system, row, form in found}
