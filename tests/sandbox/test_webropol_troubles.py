"""What may be wrong with the way Webropol answers, seen by plain requests and in the world's own tables."""

from __future__ import annotations

import time

import pytest
import requests

from tests.sandbox.troubled import LIST, Troubled, some

pytestmark = pytest.mark.faults


# What is said of additions and removals ------------------------------------------------------------


def test_reply_lost(playing: Troubled) -> None:
    playing.run("advance", "--fault", "webropol-reply-lost")
    first, second = some(3, "first"), some(3, "second")
    with pytest.raises(requests.exceptions.ConnectionError):
        playing.adding(first)
    assert set(first) <= set(playing.there())
    assert playing.adding(second).status_code == 200
    members = {email: member_id for member_id, email in playing.members(LIST).items()}
    with pytest.raises(requests.exceptions.ConnectionError):
        playing.removing([members[email] for email in first])
    assert not set(first) & set(playing.there())
    assert playing.removing([members[email] for email in second]).json()["Removed"] == 3


def test_the_first_that_is_refused_is_not_the_first(playing: Troubled) -> None:
    playing.run("advance", "--fault", "webropol-reply-lost")
    assert playing.api("POST", f"lists/{LIST}/members", json=[]).status_code == 400
    with pytest.raises(requests.exceptions.ConnectionError):
        playing.adding(some(1, "refused"))


def test_504_after_apply(playing: Troubled) -> None:
    playing.run("advance", "--fault", "webropol-504-after-apply")
    first = some(3, "gateway")
    answer = playing.adding(first)
    assert (answer.status_code, set(answer.json())) == (504, {"Message"})
    assert set(first) <= set(playing.there())
    assert [found["Result"] for found in playing.adding(first).json()["Results"]] == ["AlreadyMember"] * 3


def test_applied_late(playing: Troubled) -> None:
    playing.run("advance", "--fault", "webropol-applied-late")
    first, before = some(3, "late"), playing.there().total()
    begun = time.monotonic()
    assert playing.adding(first).status_code == 504
    assert time.monotonic() - begun < 1
    assert not set(first) & set(playing.there())
    assert [found["Result"] for found in playing.adding(first[:1]).json()["Results"]] == ["Added"]
    assert playing.come_true_within(5, lambda: playing.there().total() == before + 4)
    assert time.monotonic() - begun >= 2
    assert playing.there()[first[0]] == 2  # it does not look who has come meanwhile
    members = [member_id for member_id, email in playing.members(LIST).items() if email in first]
    assert playing.removing(members).status_code == 504
    assert playing.there()[first[0]] == 2
    assert playing.come_true_within(5, lambda: not set(first) & set(playing.there()))


def test_reset_midway(playing: Troubled) -> None:
    playing.run("advance", "--fault", "webropol-reset-midway")
    first = some(5, "half")
    with pytest.raises(requests.exceptions.RequestException) as torn:
        playing.adding(first)
    assert "reset by peer" in str(torn.value)
    assert set(first) & set(playing.there()) == set(first[:3])
    assert playing.adding(first).status_code == 200


def test_partial_errors(playing: Troubled) -> None:
    playing.run("advance", "--fault", "webropol-partial-errors")
    batch = some(12, "part")
    results = playing.adding(batch).json()["Results"]
    failed = [position for position, found in enumerate(results) if found["Result"] == "Failed"]
    assert failed == [0, 10]
    assert results[0]["MemberId"] is None
    assert set(batch) - set(playing.there()) == {batch[0], batch[10]}
    again = playing.adding([batch[0], batch[10], "new@sandbox-posti.fi"]).json()["Results"]
    assert [found["Result"] for found in again] == ["Added"] * 3
    assert playing.log(batch[0]) == ["failed", "added"]


def test_removal_404(playing: Troubled) -> None:
    playing.run("advance", "--fault", "webropol-removal-404")
    for member_id in list(playing.members(LIST))[:2]:
        assert playing.removing([member_id]).status_code == 404
        assert member_id not in playing.members(LIST)
    assert playing.adding(some(1, "fine")).status_code == 200


# Who may ask, and how often ------------------------------------------------------------------------


def test_429_storm(playing: Troubled) -> None:
    playing.run("advance", "--fault", "webropol-429-storm")
    for request in (lambda: playing.api("GET", "lists"), lambda: playing.adding(some(1, "storm"))):
        answers = [request() for _ in range(3)]
        assert [answer.status_code for answer in answers] == [429, 429, 200]
        assert [answer.headers.get("Retry-After") for answer in answers] == ["0", "1", None]


def test_429_endless(playing: Troubled) -> None:
    playing.run("advance", "--fault", "webropol-429-endless")
    assert playing.webropol_token().status_code == 200
    for _ in range(5):
        answer = playing.api("GET", "lists")
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "1")


def test_a_token_expires_midway(playing: Troubled) -> None:
    playing.run("advance", "--fault", "webropol-token-expired-midway")
    playing.connect()
    assert playing.api("GET", "lists").status_code == 200
    assert playing.adding(some(1, "spent")).status_code == 401
    assert not set(some(1, "spent")) & set(playing.there())
    playing.connect()
    assert playing.adding(some(1, "spent")).status_code == 200


def test_401_always(playing: Troubled) -> None:
    playing.run("advance", "--fault", "webropol-401-always")
    playing.connect()
    assert playing.api("GET", "lists").status_code == 401


def test_json_cut(playing: Troubled) -> None:
    playing.run("advance", "--fault", "webropol-json-cut")
    answer = playing.api("GET", f"lists/{LIST}/members")
    assert answer.status_code == 200
    with pytest.raises(requests.exceptions.JSONDecodeError):
        answer.json()


# Manners of every night ----------------------------------------------------------------------------


def test_manners_of_every_night(outside: Troubled) -> None:
    late = Troubled(outside.home.with_name("late"))
    late.run("create", "--addresses", "50")
    late.serve("--late-seconds", "0.6", "--keep-doubles")
    try:
        begun = time.monotonic()
        assert late.adding(some(2, "slow")).status_code == 200
        assert time.monotonic() - begun >= 0.6
        assert [found["Result"] for found in late.adding(some(1, "slow")).json()["Results"]] == ["Added"]
        assert late.there()["slow0@sandbox-posti.fi"] == 2
    finally:
        assert late.stop()[2] == ""
    late.serve("--late-seconds", "0.6", "--lose-replies", "1")
    try:
        with pytest.raises(requests.exceptions.ConnectionError):
            late.adding(some(1, "lost"))
        assert late.come_true_within(2, lambda: late.there().total() == 4)
        assert late.api("GET", "lists").status_code == 200
    finally:
        assert late.stop()[2] == ""


def test_what_hangs_up_is_done_all_the_same(outside: Troubled) -> None:
    late = Troubled(outside.home.with_name("hangs_up"))
    late.run("create", "--addresses", "50")
    late.serve("--late-seconds", "0.8")
    try:
        url = f"{late.endpoints['webropol']['base']}/api/v1/lists/{LIST}/members"
        with pytest.raises(requests.exceptions.ReadTimeout):
            late.webropol.post(url, json={"Members": [{"Email": email} for email in some(1, "gone")]}, timeout=0.2)
        assert late.there().total() == 0
        assert late.come_true_within(2, lambda: late.there().total() == 1)
    finally:
        assert late.stop()[2] == ""
