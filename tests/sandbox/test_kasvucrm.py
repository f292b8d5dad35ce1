"""KasvuCRM over real HTTP: the Web API as documented."""

from __future__ import annotations

from xml.dom import minidom

import pytest
import requests

from sandbox.kasvucrm.errors import ApiError
from sandbox.kasvucrm.throttle import MAX_AT_ONCE, MAX_REQUESTS, Throttle
from sandbox.tokens import Tokens
from tests.sandbox.conftest import EXTRA_CONTACTS
from tests.sandbox.outside import SNAPSHOT, Outside

KEYS = {"accounts": "accountid", "contacts": "contactid"}


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "wrong"}, 401, "invalid_client"),
        ({"scope": "https://elsewhere/.default"}, 400, "invalid_scope"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
    ],
)
def test_a_token_wants_the_right_client_scope_and_grant(
    served: Outside, changes: dict[str, str], status: int, error: str
) -> None:
    answer = served.crm_token(**changes)
    assert (answer.status_code, answer.json()["error"]) == (status, error)


def test_a_token_lives_an_hour(served: Outside) -> None:
    assert served.crm_token().json()["expires_in"] == 3600
    now = [0.0]
    tokens = Tokens(3600, lambda: now[0])
    header = f"Bearer {tokens.issue()}"
    now[0] = 3599.0
    assert tokens.accepts(header)
    now[0] = 3600.0
    assert not tokens.accepts(header)


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer wrong", "Basic eDp5"])
def test_without_a_valid_token_nothing_is_told(served: Outside, header: str | None) -> None:
    url = f"{served.endpoints['kasvucrm']['environment']}/api/data/v9.2/accounts"
    answer = requests.get(url, headers={"Authorization": header} if header is not None else {}, timeout=10)
    assert answer.status_code == 401
    assert set(answer.json()["error"]) == {"code", "message"}


@pytest.mark.parametrize("entity_set", KEYS)
@pytest.mark.parametrize("size", [1_000, 17])
def test_a_chain_of_pages_gives_each_key_once(served: Outside, entity_set: str, size: int) -> None:
    pages = served.chain(entity_set, size, select="emailaddress1", filter=SNAPSHOT)
    keys = [row[KEYS[entity_set]] for page in pages for row in page]
    assert len(keys) == len(set(keys)) > 17
    assert all(len(page) == size for page in pages[:-1])
    assert 0 < len(pages[-1]) <= size
    counted = served.odata(f"{entity_set}/$count", filter=SNAPSHOT)
    assert int(counted.text) == len(keys)


def test_rows_hold_what_was_selected_and_always_the_primary_key(served: Outside) -> None:
    answer = served.odata("accounts", select="emailaddress1,donotemail", filter="donotemail ne null")
    body = answer.json()
    assert body["@odata.context"].endswith("/$metadata#accounts(emailaddress1,donotemail)")
    for row in body["value"]:
        assert set(row) == {"@odata.etag", "emailaddress1", "donotemail", "accountid"}
        assert isinstance(row["donotemail"], bool)
        assert row["@odata.etag"].startswith('W/"')
    assert answer.headers["OData-Version"] == "4.0"


def test_a_page_has_5000_rows_at_most_whatever_is_preferred(served: Outside) -> None:
    for prefer, applied in (
        ("odata.maxpagesize=9999", "odata.maxpagesize=5000"),
        ('odata.include-annotations="*", odata.maxpagesize=5000', "odata.maxpagesize=5000"),
        ("odata.maxpagesize=0", None),
        ("odata.maxpagesize=many", None),
    ):
        answer = served.odata("contacts", {"Prefer": prefer}, select="contactid")
        assert len(answer.json()["value"]) == 5000
        assert answer.headers.get("Preference-Applied") == applied
        assert "@odata.nextLink" in answer.json()


def test_counts_stop_at_5000_and_the_total_knows_no_filter(served: Outside) -> None:
    assert served.odata("contacts/$count").text == "5000"
    counted = served.odata("contacts", {"Prefer": "odata.maxpagesize=10"}, count="true", select="contactid").json()
    assert counted["@odata.count"] == 5000
    rows = sum(len(page) for page in served.chain("contacts", 5000))
    assert rows > EXTRA_CONTACTS
    total = served.odata("RetrieveTotalRecordCount(EntityNames=['account','contact'])").json()
    assert total["EntityRecordCountCollection"]["Keys"] == ["account", "contact"]
    # Up to a day old: the contacts that were added since are not in it.
    assert total["EntityRecordCountCollection"]["Values"][1] == rows - EXTRA_CONTACTS


def test_order_and_top(served: Outside) -> None:
    pages = served.chain("accounts", 20, select="createdon", orderby="createdon desc")
    rows = [row for page in pages for row in page]
    assert [row["createdon"] for row in rows] == sorted((row["createdon"] for row in rows), reverse=True)
    assert len({row["accountid"] for row in rows}) == len(rows)
    answer = served.odata("accounts", select="createdon", orderby="createdon desc", top="3").json()
    assert [row["accountid"] for row in answer["value"]] == [row["accountid"] for row in rows[:3]]
    assert "@odata.nextLink" not in answer


@pytest.mark.parametrize(
    "options",
    [
        {"skip": "5"},
        {"expand": "contacts"},
        {"select": "name"},
        {"select": ""},
        {"select": "secret@sandbox-posti.fi"},
        {"filter": "emailaddress1 eq 'secret@sandbox-posti.fi"},
        {"filter": ""},
        {"orderby": "name"},
        {"orderby": "createdon sideways"},
        {"orderby": ""},
        {"top": "0"},
        {"top": "x"},
        {"count": "yes"},
        {"skiptoken": "x"},
        {"skiptoken": "WyJhIiwgImIiXQ"},
        {"skiptoken": "%00"},
    ],
)
def test_a_wrong_option_is_refused_and_not_repeated(served: Outside, options: dict[str, str]) -> None:
    answer = served.odata("accounts", **options)
    assert answer.status_code == 400
    assert set(answer.json()["error"]) == {"code", "message"}
    assert "secret" not in answer.text


def test_a_skiptoken_fits_only_its_own_query(served: Outside) -> None:
    first = served.odata("accounts", {"Prefer": "odata.maxpagesize=10"}, filter="statecode eq 0").json()
    token = first["@odata.nextLink"].rpartition("skiptoken=")[2]
    assert served.odata("accounts", filter="statecode eq 0", skiptoken=token).status_code == 200
    assert served.odata("accounts", filter="statecode eq 1", skiptoken=token).status_code == 400
    assert served.odata("contacts", filter="statecode eq 0", skiptoken=token).status_code == 400


@pytest.mark.parametrize(
    ("headers", "status"),
    [({"OData-Version": "3.0"}, 400), ({"OData-MaxVersion": "2.0"}, 400), ({"Accept": "image/png"}, 406)],
)
def test_headers_that_are_not_spoken_here_are_refused(served: Outside, headers: dict[str, str], status: int) -> None:
    answer = served.odata("accounts", headers)
    assert answer.status_code == status
    assert set(answer.json()["error"]) == {"code", "message"}


@pytest.mark.parametrize("path", ["leads", "accounts/x/y", "RetrieveTotalRecordCount(EntityNames=['x','secret y'])"])
def test_what_is_not_there_is_refused(served: Outside, path: str) -> None:
    answer = served.odata(path)
    assert answer.status_code in (400, 404)
    assert set(answer.json()["error"]) == {"code", "message"}
    assert "secret" not in answer.text


def test_a_stranger_finds_the_entity_sets_in_the_service_document_and_the_metadata(served: Outside) -> None:
    document = served.odata("").json()
    assert {found["url"] for found in document["value"]} == set(KEYS)
    model = minidom.parseString(served.odata("$metadata").text)  # noqa: S318  our own document
    for entity in model.getElementsByTagName("EntityType"):
        key = entity.getElementsByTagName("PropertyRef")[0].getAttribute("Name")
        assert key in KEYS.values()
        properties = {found.getAttribute("Name") for found in entity.getElementsByTagName("Property")}
        assert {"emailaddress1", "statecode", "createdon", key} <= properties


def test_an_entity_is_found_by_its_logical_name(served: Outside) -> None:
    found = served.odata(
        "EntityDefinitions", select="EntitySetName,PrimaryIdAttribute", filter="LogicalName eq 'account'"
    )
    (definition,) = found.json()["value"]
    assert (definition["EntitySetName"], definition["PrimaryIdAttribute"]) == ("accounts", "accountid")
    assert len(served.odata("EntityDefinitions").json()["value"]) == 2
    assert served.odata("EntityDefinitions", filter="LogicalName eq 5").status_code == 400


def test_the_limits_of_a_user_are_the_documented_ones() -> None:
    now = [0.0]
    throttle = Throttle(lambda: now[0])
    for _ in range(MAX_REQUESTS):
        with throttle.request():
            now[0] += 0.01
    with pytest.raises(ApiError) as refused, throttle.request():
        pass
    assert refused.value.status == 429
    assert 235 <= int(refused.value.headers["Retry-After"]) <= 241
    now[0] += int(refused.value.headers["Retry-After"])
    with throttle.request():
        pass


def test_execution_time_and_requests_at_once_are_limited_too() -> None:
    now = [0.0]
    throttle = Throttle(lambda: now[0])
    with throttle.request():
        now[0] += 1_200
    with pytest.raises(ApiError) as refused, throttle.request():
        pass
    assert refused.value.status == 429

    crowd = Throttle(lambda: now[0])
    running = [crowd.request() for _ in range(MAX_AT_ONCE)]
    for request in running:
        request.__enter__()
    with pytest.raises(ApiError) as refused, crowd.request():
        pass
    assert refused.value.headers["Retry-After"] == "1"
    for request in running:
        request.__exit__(None, None, None)
    with crowd.request():
        pass
