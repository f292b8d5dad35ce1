"""What may be wrong with what Webropol shows and does: pages, lists, members; and the log of what was done."""

from __future__ import annotations

from collections import Counter

import pytest

from sandbox.targets import LIST_IDS
from tests.sandbox.outside import LISTS
from tests.sandbox.troubled import LIST, NAME, OTHER, Troubled, some

pytestmark = pytest.mark.faults

PAGE = 20


def shown(outside: Troubled, list_id: str) -> Counter[str]:
    return Counter(member["Email"] for member in outside.page(1, list_id)["Members"])


# Pages ---------------------------------------------------------------------------------------------


def test_pages_shifting(playing: Troubled) -> None:
    playing.run("advance", "--fault", "webropol-pages-shifting")
    first, second = playing.page(1), playing.page(2)
    assert (len(first["Members"]), len(second["Members"])) == (PAGE, PAGE)
    assert second["Members"][0] == first["Members"][-1]
    assert second["Paging"]["TotalCount"] == first["Paging"]["TotalCount"] + 1


def test_pages_shrinking(playing: Troubled) -> None:
    playing.run("advance", "--fault", "webropol-pages-shrinking")
    read, truly = playing.members(LIST), playing.there()
    assert len(read) == len(truly) - 1
    last = -(-len(read) // PAGE)
    assert playing.page(last)["Paging"]["TotalCount"] == len(read)
    assert playing.page(1)["Paging"]["TotalCount"] == len(truly)


def test_pages_looping(playing: Troubled) -> None:
    playing.run("advance", "--fault", "webropol-pages-looping")
    first, far = playing.page(1), playing.page(1_000)
    assert first["Members"] == far["Members"]
    assert far["Paging"]["IsLastItemFetched"] is False


def test_pages_cut(playing: Troubled) -> None:
    playing.run("advance", "--fault", "webropol-pages-cut")
    read, truly = playing.members(LIST), playing.there()
    assert 0 < len(truly) - len(read) <= PAGE
    assert playing.page(len(read) // PAGE)["Paging"]["TotalCount"] == len(truly)


# What happens to lists -----------------------------------------------------------------------------


def test_another_editor(playing: Troubled) -> None:
    playing.run("advance", "--fault", "webropol-another-editor")
    for name in LISTS:
        list_id = LIST_IDS[name]
        read = shown(playing, list_id)
        struck, added = read - playing.there(list_id), playing.there(list_id) - read
        assert (struck.total(), added.total()) == (1, 1)
        assert set(struck) <= playing.truth(name)
        assert next(iter(added)).startswith("kollegan.tuttu.")
        assert shown(playing, list_id) == playing.there(list_id)
        assert shown(playing, list_id) == playing.there(list_id)  # once a night


def test_list_deleted(playing: Troubled) -> None:
    playing.run("advance", "--fault", "webropol-list-deleted")
    assert {found["Name"] for found in playing.api("GET", "lists").json()} == {*LISTS, "pilotti"} - {NAME}
    for answer in (playing.api("GET", f"lists/{LIST}/members"), playing.adding(["a@b.fi"]), playing.removing([])):
        assert answer.status_code == 404
    assert len(playing.members(OTHER)) > 10


def test_list_renamed(playing: Troubled) -> None:
    playing.run("advance", "--fault", "webropol-list-renamed")
    names = {found["ListId"]: found["Name"] for found in playing.api("GET", "lists").json()}
    assert names[LIST] not in LISTS
    assert len(playing.members(LIST)) > 10


def test_list_reset(playing: Troubled) -> None:
    playing.run("advance", "--fault", "webropol-list-reset")
    assert playing.members(LIST) == {}
    assert len(playing.members(OTHER)) > 10
    back = some(2, "back")
    playing.adding(back)
    assert sorted(playing.members(LIST).values()) == back  # once a night
    assert playing.there().total() == 2


def test_list_empty_200(playing: Troubled) -> None:
    before = playing.there()
    playing.run("advance", "--fault", "webropol-list-empty-200")
    read = playing.page(1)
    assert (read["Members"], read["Paging"]["TotalCount"], read["Paging"]["IsLastItemFetched"]) == ([], 0, True)
    assert playing.there() == before
    assert [found["Result"] for found in playing.adding([next(iter(before))]).json()["Results"]] == ["AlreadyMember"]


def test_list_twin(playing: Troubled) -> None:
    playing.run("advance", "--fault", "webropol-list-twin")
    twins = [found for found in playing.api("GET", "lists").json() if found["Name"] == NAME]
    assert {found["ListId"] == LIST: found["MemberCount"] > 0 for found in twins} == {True: True, False: False}
    other = next(found["ListId"] for found in twins if found["ListId"] != LIST)
    assert playing.members(other) == {}


# What becomes of members ---------------------------------------------------------------------------


def test_member_twice(playing: Troubled) -> None:
    playing.run("advance", "--fault", "webropol-member-twice")
    once, known = "once@sandbox-posti.fi", next(iter(playing.there()))
    assert [found["Result"] for found in playing.adding([once, known]).json()["Results"]] == ["Added", "Added"]
    assert (playing.there()[once], playing.there()[known]) == (2, 2)
    assert playing.log(once) == ["added", "added"]
    surplus = [member_id for member_id, email in playing.members(LIST).items() if email == known][1:]
    assert playing.removing(surplus).json()["Removed"] == 1
    assert playing.there()[known] == 1


def test_lower_cased_and_tag_dropped(playing: Troubled) -> None:
    playing.run("advance", "--fault", "webropol-lower-cased")
    playing.adding(["Iso.Kirjain+Posti@Sandbox-Posti.fi"])
    assert "iso.kirjain+posti@sandbox-posti.fi" in playing.there()
    playing.run("advance", "--fault", "webropol-tag-dropped")
    results = playing.adding(["tag+posti@sandbox-posti.fi", "tag+muu@sandbox-posti.fi"]).json()["Results"]
    assert [found["Result"] for found in results] == ["Added", "AlreadyMember"]
    assert playing.there()["tag@sandbox-posti.fi"] == 1


# Every night ---------------------------------------------------------------------------------------


def test_who_came_and_who_went_is_logged_with_what_was_done(playing: Troubled) -> None:
    member_id = playing.adding(["Loki@Sandbox-Posti.fi"]).json()["Results"][0]["MemberId"]
    playing.adding(["loki@sandbox-posti.fi"])
    playing.removing([member_id])
    playing.removing([member_id])
    assert playing.log("loki@sandbox-posti.fi") == ["added", "removed"]
    before = playing.there()
    playing.run("advance")
    left = before - playing.there()
    assert left
    assert {tuple(playing.log(email.casefold())[-1:]) for email in left} == {("removed",)}
