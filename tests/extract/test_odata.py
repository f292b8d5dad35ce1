"""A snapshot by OData: whole, in pieces, at once; and what is said where it is not whole."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from email_registry.errors import SourceFailed, SourceUnready
from email_registry.extract import Extraction
from email_registry.settings import policy
from tests.conftest import write_secrets
from tests.extract.dataverse import Dataverse, Page, row
from tests.extract.ways import CRM, DAY, connections_of, refused
from tests.offices import Office

Make = Callable[..., Dataverse]


@pytest.fixture
def dataverse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    """A Dataverse with these rows, and the connection to it. Names of the policy's way may be given other values."""
    made: list[Dataverse] = []
    for name, value in write_secrets(tmp_path, "", "").items():
        monkeypatch.setenv(name, value)

    def make(rows: list[Page], way: dict[str, Any] | None = None, **options: Any) -> Dataverse:
        made.append(Dataverse(rows, **options))
        (tmp_path / "secrets" / "connections.json").write_text(json.dumps({"kasvucrm": made[-1].connection}))
        source = policy().sources[CRM]
        changed = source.ways["odata"].model_copy(update=way or {})
        monkeypatch.setitem(policy().sources, CRM, source.model_copy(update={"ways": {"odata": changed}}))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for server in made:
        server.close()


def read() -> tuple[Extraction, list[str | None]]:
    extraction = Extraction(CRM, DAY)
    emails = [email for judged in extraction for email in judged.emails.reveal()]
    return extraction, emails


def over_years(count: int) -> list[Page]:
    """Rows over ten years, thick and thin; some have no time."""
    first = datetime(2014, 6, 1, tzinfo=UTC)
    moments = [first + timedelta(days=3650 * (number / count) ** 3) for number in range(count)]
    return [row(n, None if n % 997 == 0 else f"{at:%Y-%m-%dT%H:%M:%SZ}") for n, at in enumerate(moments)]


def test_more_rows_than_a_count_may_say_are_read_in_pieces_several_at_once(dataverse: Make) -> None:
    rows = over_years(23_000)
    server = dataverse(rows, latency=0.01)
    extraction, emails = read()
    proof = extraction.proof
    assert proof.reason is None
    assert proof.received == proof.declared == len(rows)
    assert (set(emails) == {found["emailaddress1"] for found in rows}) is True
    assert len(emails) == len(rows)
    assert 2 <= server.most_at_once <= 8
    assert server.tokens == 1  # one login for all threads


def test_pieces_and_one_chain_are_the_same_rows_by_the_same_digest(dataverse: Make) -> None:
    rows = over_years(6_000)
    dataverse(rows)
    in_pieces = read()[0].proof
    dataverse(rows, way={"partition": None}, page_size=700)
    in_a_chain = read()[0].proof
    assert in_pieces.digest == in_a_chain.digest
    assert (in_pieces.declared, in_a_chain.declared) == (6_000, None)  # a count at the cap proves nothing
    assert in_pieces.complete
    assert in_a_chain.complete


def test_a_second_that_holds_more_than_a_count_may_say_is_read_as_one_chain(dataverse: Make) -> None:
    dataverse([row(number) for number in range(5_200)])
    proof = read()[0].proof
    assert (proof.reason, proof.received, proof.declared) == (None, 5_200, None)


def test_rows_without_a_time_that_are_too_many_are_read_as_one_chain(dataverse: Make) -> None:
    dataverse([row(number, None) for number in range(5_200)])
    proof = read()[0].proof
    assert (proof.reason, proof.received, proof.declared) == (None, 5_200, None)


def test_an_empty_source_declares_that_it_is(dataverse: Make) -> None:
    dataverse([])
    assert (read()[0].proof.received, read()[0].proof.declared) == (0, 0)


def once(number: int, change: Callable[[Page], Any]) -> Callable[[int, Page], Any]:
    """Change one of the answers, by its number."""
    return lambda asked, page: change(page) if asked == number else page


def rows_changed(change: Callable[[list[Page]], list[Page]]) -> Callable[[int, Page], Page]:
    return lambda number, page: {**page, "value": change(page["value"])}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (rows_changed(lambda rows: [{k: v for k, v in r.items() if k != "emailaddress1"} for r in rows]), "lacks an"),
        (rows_changed(lambda rows: [{k: v for k, v in r.items() if k != "accountid"} for r in rows]), "lacks an"),
        (rows_changed(lambda rows: [{**r, "accountid": 7} for r in rows]), "a row lacks an agreed column"),
        (rows_changed(lambda rows: ["matti@sandbox-posti.fi" for _ in rows]), "a row lacks an agreed column"),
        (rows_changed(lambda rows: [{**r, "fullname": "Matti"} for r in rows]), "a column came that was not agreed"),
        (rows_changed(lambda rows: [{**r, "emailaddress1": 7} for r in rows]), "a value is no text"),
        (
            rows_changed(lambda rows: [{**r, "address1_stateorprovince": "Lappi"} for r in rows[:2]] + rows[2:]),
            "2 rows of a page are not the office's: the filter was not obeyed",
        ),
        (lambda number, page: {**page, "@odata.nextLink": "https://elsewhere.example/x"}, "is said to be elsewhere"),
        (lambda number, page: {**page, "@odata.nextLink": "http://127.0.0.1:9/api/data/v9.2/accounts"}, "elsewhere"),
        (lambda number, page: {**page, "@odata.nextLink": "/api/data/v9.2/accounts?skip=3"}, "elsewhere"),
        (lambda number, page: {**page, "@odata.nextLink": 7}, "the next page is said to be elsewhere"),
        (lambda number, page: (401, {}), "answered 401"),
        (lambda number, page: (404, {}), "answered 404"),
    ],
)
def test_what_will_not_mend_itself(dataverse: Make, change: Callable[[int, Page], Any], said: str) -> None:
    server = dataverse([row(number) for number in range(9)], way={"partition": None}, page_size=5)
    server.change = change
    extraction, _ = read()
    assert type(extraction.failure) is SourceFailed
    assert said in str(extraction.failure)
    assert "@" not in str(extraction.failure)


@pytest.mark.parametrize("partition", [True, False])
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (rows_changed(lambda rows: [*rows[1:], *rows[-1:]]), "a row came twice"),
        (once(1, lambda page: {**page, "value": page["value"][1:]}), "8 rows came, 9 were declared"),
        (once(1, lambda page: {**page, "@odata.count": 8}), "9 rows came, 8 were declared"),
        (once(1, lambda page: {k: v for k, v in page.items() if k != "@odata.nextLink"}), "5 rows came, 9 were"),
        (once(2, lambda page: {"rows": []}), "an answer is not a page of rows"),
        (once(2, lambda page: [page]), "an answer is not a page of rows"),
        (once(2, lambda page: {"value": None}), "an answer is not a page of rows"),
        (once(2, lambda page: b"<html>Sign in</html>"), "with what is not JSON"),
        (once(2, lambda page: json.dumps(page).encode()[:-9]), "with what is not JSON"),
    ],
)
def test_what_another_reading_may_find_whole(
    dataverse: Make, change: Callable[[int, Page], Any], said: str, partition: bool
) -> None:
    way = {"at_once": 1} if partition else {"partition": None}
    dataverse([row(number) for number in range(9)], way=way, page_size=5, change=change)
    extraction, _ = read()
    assert type(extraction.failure) is SourceUnready
    assert said in str(extraction.failure)


def test_a_chain_that_goes_round(dataverse: Make) -> None:
    server = dataverse([row(number) for number in range(20)], way={"partition": None}, page_size=5)
    second: list[str] = []

    def back_to_the_second(number: int, page: Page) -> Page:
        second.append(page.get("@odata.nextLink", ""))
        rows = [row(number * 100 + place) for place in range(5)]  # new ones each time: only the links tell
        value = [{k: v for k, v in found.items() if k != "createdon"} for found in rows]
        return {**page, "value": value, "@odata.nextLink": second[0]}

    server.change = back_to_the_second
    assert "the chain of pages goes round" in str(read()[0].failure)
    assert len(server.asked) == 2


def test_pages_without_rows_that_go_on_and_on(dataverse: Make) -> None:
    server = dataverse([row(1)], way={"partition": None})
    link = f"{server.url}/api/data/v9.2/accounts?skip="
    server.change = lambda number, page: {"value": [], "@odata.count": 1, "@odata.nextLink": f"{link}{number}"}
    assert "pages without rows go on and on" in str(read()[0].failure)
    assert len(server.asked) == 3


def test_a_server_that_repeats_its_rows_for_ever_is_stopped(dataverse: Make) -> None:
    server = dataverse([row(number) for number in range(5_000)], way={"partition": None})
    link = f"{server.url}/api/data/v9.2/accounts?skip=0&page="
    server.change = lambda number, page: {**page, "@odata.nextLink": f"{link}{number}"}
    assert "a row came twice" in str(read()[0].failure)
    assert len(server.asked) < 20


@pytest.mark.promise("disclosure")
def test_no_token_goes_to_another_host(dataverse: Make) -> None:
    other = dataverse([row(2)])
    server = dataverse([row(1)], way={"partition": None})
    there = f"{other.url}/api/data/v9.2/accounts"
    server.change = lambda number, page: {**page, "@odata.nextLink": there}
    assert "nothing was sent there" in str(read()[0].failure)
    assert other.asked == []


@pytest.mark.parametrize("life", [None, 0, -5, "3600", "soon", 3600, 1])
def test_a_token_is_kept_whatever_is_said_of_its_life(dataverse: Make, life: Any) -> None:
    server = dataverse([row(number) for number in range(30)], way={"partition": None}, page_size=5, life=life)
    assert read()[0].proof.complete
    assert server.tokens == 1


def test_a_token_that_is_refused_in_the_middle_is_renewed_once_for_all_threads(dataverse: Make) -> None:
    server = dataverse(over_years(6_000), latency=0.02)
    refused_from, seen = 4, set[int]()

    def expired(number: int, page: Page) -> Any:
        if refused_from <= number < refused_from + 5 and server.tokens == 1:
            seen.add(number)
            return 401, {}
        return page

    server.change = expired
    assert read()[0].proof.complete
    assert seen
    assert server.tokens == 2


def test_one_failure_ends_all_threads(dataverse: Make) -> None:
    server = dataverse(over_years(23_000), latency=0.01)
    server.change = lambda number, page: (404, {}) if number == 5 else page
    assert "answered 404" in str(read()[0].failure)
    assert len(server.asked) < 25


def test_a_login_that_is_refused(admin_url: str, world: Office, tmp_path: Path) -> None:
    connections = connections_of(world)
    connections["kasvucrm"] |= {"password": "salasana"}
    (tmp_path / "secrets" / "connections.json").write_text(json.dumps(connections))
    assert "salasana" not in refused(admin_url, source=CRM)
