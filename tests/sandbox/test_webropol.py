"""Webropol over real HTTP: what is documented, and the sandbox's own contract of lists."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import jsonschema
import pytest
import requests

from sandbox import contract
from sandbox.targets import UNSUBSCRIBE_SURVEY
from tests.sandbox.outside import Outside

UNKNOWN = "00000000-0000-0000-0000-000000000000"
NAME = "yritysasiakkaat"


@pytest.fixture
def list_id(served: Outside) -> Iterator[str]:
    """A list of the shared world, left empty."""
    found = served.list_id(NAME)
    yield found
    members = list(served.members(found))
    for start in range(0, len(members), 1000):
        served.api("POST", f"lists/{found}/members/removals", json={"MemberIds": members[start : start + 1000]})


def test_a_token_is_given_for_name_and_password_only(served: Outside) -> None:
    answer = served.webropol_token()
    assert answer.json()["expires_in"] == 3600
    assert "refresh_token" not in answer.json()
    for changes in ({"password": "x"}, {"username": "x"}, {"grant_type": "client_credentials"}):
        assert served.webropol_token(**changes).status_code == 400


@pytest.mark.parametrize("path", ["lists", f"lists/{UNKNOWN}/members", "surveys", f"surveys/{UNKNOWN}/responses"])
def test_without_a_token_nothing_is_told(served: Outside, path: str) -> None:
    answer = requests.get(f"{served.endpoints['webropol']['base']}/api/v1/{path}", timeout=10)
    assert answer.status_code == 401
    assert set(answer.json()) == {"Message"}


def test_members_keep_their_spelling_and_nobody_is_there_twice(served: Outside, list_id: str) -> None:
    given = ["Aino@Sandbox-Posti.fi", "aino@sandbox-posti.fi", "ei osoite", "väinö@sandbox-posti.fi", "a@b@c.fi"]
    results = served.add(list_id, given)
    assert [found["Result"] for found in results] == ["Added", "AlreadyMember", "Invalid", "Added", "Invalid"]
    assert results[0]["MemberId"] == results[1]["MemberId"]
    assert results[2]["MemberId"] is None
    assert set(served.members(list_id).values()) == {"Aino@Sandbox-Posti.fi", "väinö@sandbox-posti.fi"}
    assert [found["Result"] for found in served.add(list_id, given[:1])] == ["AlreadyMember"]


def test_pages_of_1000_give_each_member_once_in_the_order_of_adding(served: Outside, list_id: str) -> None:
    emails = [f"m{number}@sandbox-yritys.fi" for number in range(2_345)]
    for start in range(0, len(emails), 1000):
        served.add(list_id, emails[start : start + 1000])
    members = served.members(list_id)
    assert list(members.values()) == emails
    page = served.api("GET", f"lists/{list_id}/members", params={"paging": 3}).json()["Paging"]
    assert page == {
        "ItemsPerPage": 1000,
        "TotalCount": 2345,
        "TotalPages": 3,
        "CurrentPage": 3,
        "IsLastItemFetched": True,
        "ItemCount": 345,
    }
    beyond = served.api("GET", f"lists/{list_id}/members", params={"paging": 4}).json()
    assert (beyond["Members"], beyond["Paging"]["IsLastItemFetched"]) == ([], True)
    summary = {found["Name"]: found["MemberCount"] for found in served.api("GET", "lists").json()}
    assert summary[NAME] == 2345

    gone = [*list(members)[:10], UNKNOWN]
    answer = served.api("POST", f"lists/{list_id}/members/removals", json={"MemberIds": gone}).json()
    assert answer == {"ListId": list_id, "Removed": 10, "NotFound": 1}
    assert list(served.members(list_id).values()) == emails[10:]


def test_a_member_of_one_list_cannot_be_removed_through_another(served: Outside, list_id: str) -> None:
    member_id = served.add(list_id, ["a@sandbox-yritys.fi"])[0]["MemberId"]
    other = served.list_id("henkiloasiakkaat")
    answer = served.api("POST", f"lists/{other}/members/removals", json={"MemberIds": [member_id]}).json()
    assert (answer["Removed"], answer["NotFound"]) == (0, 1)
    assert member_id in served.members(list_id)


@pytest.mark.parametrize(
    ("method", "path", "options", "status"),
    [
        ("POST", "members", {"json": {"Members": [{"Email": "secret@sandbox-posti.fi"}] * 1001}}, 400),
        ("POST", "members", {"json": {"Members": [{"Email": 5}]}}, 400),
        ("POST", "members", {"json": {"Members": [{"secret@sandbox-posti.fi": 1}]}}, 400),
        ("POST", "members", {"json": {"members": []}}, 400),
        ("POST", "members", {"json": ["secret@sandbox-posti.fi"]}, 400),
        ("POST", "members", {"data": '{"Members": [{"Email": "secret'}, 400),
        ("POST", "members", {}, 400),
        ("POST", "members/removals", {"json": {"MemberIds": ["secret@sandbox-posti.fi"]}}, 400),
        ("POST", "members/removals", {"json": {"MemberIds": [UNKNOWN] * 1001}}, 400),
        ("GET", "members", {"params": {"paging": 0}}, 400),
        ("GET", "members", {"params": {"paging": "x"}}, 400),
        ("DELETE", "members", {}, 405),
        ("GET", "nothing", {}, 404),
    ],
)
def test_a_wrong_request_is_refused_and_not_repeated(
    served: Outside, list_id: str, method: str, path: str, options: dict[str, object], status: int
) -> None:
    answer = served.api(method, f"lists/{list_id}/{path}", **options)
    assert answer.status_code == status
    assert set(answer.json()) == {"Message"}
    assert "secret" not in answer.text
    assert served.members(list_id) == {}


def test_an_unknown_list_is_not_found(served: Outside) -> None:
    for method, path, body in (
        ("GET", "members", None),
        ("POST", "members", {"Members": [{"Email": "a@sandbox-posti.fi"}]}),
        ("POST", "members/removals", {"MemberIds": [UNKNOWN]}),
    ):
        answer = served.api(method, f"lists/{UNKNOWN}/{path}", json=body)
        assert (answer.status_code, set(answer.json())) == (404, {"Message"})


def test_what_cannot_be_done_is_told_with_all_that_can(served: Outside, list_id: str) -> None:
    for path, methods in (("members", "GET, POST"), ("members/removals", "POST")):
        answer = served.api("DELETE", f"lists/{list_id}/{path}")
        assert (answer.status_code, answer.headers["Allow"]) == (405, methods)


def test_empty_batches_do_nothing(served: Outside, list_id: str) -> None:
    assert served.add(list_id, []) == []
    answer = served.api("POST", f"lists/{list_id}/members/removals", json={"MemberIds": []}).json()
    assert (answer["Removed"], answer["NotFound"]) == (0, 0)


def test_surveys_are_listed_with_the_documented_keys(served: Outside) -> None:
    surveys = served.api("GET", "surveys").json()
    wanted = {"SurveyId", "SurveyTitle", "Status", "ParentId", "isPublished", "CreationDate"}
    assert all(wanted <= set(survey) for survey in surveys)
    assert {survey["Status"] for survey in surveys} == {"Open", "Closed"}
    assert all(datetime.fromisoformat(survey["CreationDate"]).tzinfo is None for survey in surveys)


@pytest.mark.parametrize(
    ("body", "status"),
    [({"StartDate": "x"}, 400), ({"Unknown": 1}, 400), ({}, 200), ({"RespondentId": UNKNOWN}, 200)],
)
def test_responses_take_the_documented_filter(served: Outside, body: dict[str, object], status: int) -> None:
    assert served.api("POST", f"surveys/{UNSUBSCRIBE_SURVEY}/responses", json=body).status_code == status
    assert served.api("GET", f"surveys/{UNKNOWN}/responses").status_code == 404


def test_the_contract_is_current_says_whose_it_is_and_is_what_is_served(served: Outside, list_id: str) -> None:
    assert contract.is_current(), "run `python -m sandbox contract`"
    document = requests.get(f"{served.endpoints['webropol']['base']}/lists/openapi.json", timeout=10).json()
    assert document["info"]["title"] == "Distribution lists. NOT the vendor's API: sandbox contract"
    assert set(document["paths"]) == {
        "/api/v1/lists",
        "/api/v1/lists/{list_id}/members",
        "/api/v1/lists/{list_id}/members/removals",
    }
    served.add(list_id, ["a@sandbox-yritys.fi"])
    answers = {
        "MemberPage": served.api("GET", f"lists/{list_id}/members").json(),
        "AdditionResults": served.api("POST", f"lists/{list_id}/members", json={"Members": [{"Email": "x"}]}).json(),
        "RemovalResult": served.api("POST", f"lists/{list_id}/members/removals", json={"MemberIds": []}).json(),
        "ListSummary": served.api("GET", "lists").json()[0],
        "Error": served.api("GET", f"lists/{UNKNOWN}/members").json(),
    }
    for name, answer in answers.items():
        jsonschema.validate(answer, {**document, "$ref": f"#/components/schemas/{name}"})
