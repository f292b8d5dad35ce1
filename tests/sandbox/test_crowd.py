"""What benchmarks need: very many rows that KasvuCRM alone has, found by the time they were made, from far away."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest

from sandbox.home import Home
from sandbox.kasvucrm.columns import entity_sets
from sandbox.kasvucrm.query import COUNT_CAP, read
from sandbox.office import FIRST, named
from sandbox.world import World
from tests.sandbox.outside import LISTS, SNAPSHOT, Outside
from tests.sandbox.test_population import judged

pytestmark = pytest.mark.faults

ADDRESSES = 12_000
LATENCY = 0.3


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outside]:
    outside = Outside(tmp_path_factory.mktemp("crowd"))
    outside.run("create", "--kasvucrm-only", "--addresses", str(ADDRESSES), "--date", "2026-11-23")
    outside.serve("--latency-ms", str(round(1000 * LATENCY)))
    yield outside
    outside.stop()


def test_everybody_is_a_company_of_kasvucrm_and_has_one_row(crowd: Outside) -> None:
    values = [
        row["emailaddress1"]
        for entity_set in ("accounts", "contacts")
        for page in crowd.chain(entity_set, 5000, select="emailaddress1", filter=SNAPSHOT)
        for row in page
    ]
    truths = {name: crowd.truth(name) for name in LISTS}
    assert len(values) == len(truths["yritysasiakkaat"]) == ADDRESSES
    same = {judged(value) for value in values} == truths["yritysasiakkaat"] == truths["kaikki_asiakkaat"]
    assert same
    assert truths["henkiloasiakkaat"] == set()
    for register in ("persons", "companies"):
        assert crowd.json(f"drop/ura_{register}_2026-11-23.csv.done")["rows"] == 0
    assert crowd.json("drop/kasvucrm_companies_2026-11-23.csv.done")["counts"] == {"Pirkanmaa": ADDRESSES}


def test_pieces_by_the_time_rows_were_made_are_the_whole(crowd: Outside) -> None:
    """Each counted below the cap, though the whole is not, and each in the order of its keys."""
    days = [f"{year}-01-01T00:00:00Z" for year in range(2023, 2027)]
    bounds = [f"createdon ge {first} and createdon lt {last}" for first, last in pairwise(days)]
    bounds += [f"createdon lt {days[0]}", f"createdon ge {days[-1]}", "createdon eq null"]
    found: list[str] = []
    for bound in bounds:
        body = crowd.odata("accounts", select="accountid", count="true", filter=f"{SNAPSHOT} and {bound}").json()
        keys = [row["accountid"] for row in body["value"]]
        assert body["@odata.count"] == len(keys) < COUNT_CAP
        assert keys == sorted(keys)
        found += keys
    whole = [row["accountid"] for page in crowd.chain("accounts", 5000, filter=SNAPSHOT) for row in page]
    assert len(whole) > COUNT_CAP
    assert sorted(found) == sorted(whole)


def test_a_piece_is_found_without_reading_the_rest(crowd: Outside) -> None:
    few = f"$filter={SNAPSHOT} and createdon ge 2024-01-01T00:00:00Z and createdon lt 2024-02-01T00:00:00Z"
    asked = read(entity_sets(named(FIRST).kasvucrm)["accounts"], few)
    with World(Home(crowd.home)).reading() as db:
        for statement, parameters in (asked.counting(), asked.page(5000, few=True)):
            plan = " ".join(row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {statement}", parameters))
            assert "crm_row_created (entity=? AND createdon>? AND createdon<?)" in plan


def test_kasvucrm_s_data_comes_late_and_nobody_is_held_up(crowd: Outside) -> None:
    def seconds(work: object) -> float:
        started = time.monotonic()
        assert work() is not None  # type: ignore[operator]
        return time.monotonic() - started

    assert seconds(lambda: crowd.odata("accounts", top="1")) >= LATENCY
    assert seconds(lambda: crowd.api("GET", "lists")) < LATENCY
    assert seconds(crowd.crm_token) < LATENCY
    with ThreadPoolExecutor(8) as readers:
        together = seconds(lambda: list(readers.map(lambda _: crowd.odata("accounts", top="1"), range(8))))
    assert together < 4 * LATENCY
