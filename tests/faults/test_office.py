"""Faults of the office's own runs: beside one another, done twice, overtaken, killed."""

from __future__ import annotations

import subprocess
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from email_registry import plans, sync
from email_registry.boundaries.web import Door
from email_registry.errors import Held
from tests.faults.nights import Nights
from tests.faults.office_trials import (
    KEEPS,
    assert_lists_equal,
    assert_nobody_wronged,
    kill_at,
    next_night,
    on,
    rule,
    serving,
    sync_one,
)
from tests.faults.webropol_lists import AFFLICTED, WebropolLists
from tests.registry_rows import run_sql

pytestmark = pytest.mark.after("second_night")

# One after the other in one night: each takes over from the one before.
NIGHT_STEPS = (
    "extract/clear_all",  # the night is open
    "extract/copy:2",  # while a source is staged
    "extract/write_proof:2",
    "load/compare:2",  # between the two checks
    "load/inserts:2",  # an audience is loaded, the other is not
    "runs/abandon_children",
    "audit/head",  # closed, and not anchored
)
# Three a night, a list each.
SYNC_STEPS = (
    ("sync/copy_members", "plans/finish_plan", "plans/find_plan"),  # in the read, before the plan's commit, after it
    ("sync/intend_removals", "remove", "removed"),  # before the intent's commit, after it, after the request
    ("sync/intend_additions", "add", "added"),
    ("add:2", "sync/note_outcome:2", "sync/intend_additions:2"),  # between the batches
    ("sync/count_asked", "sync/count_differences", "plans/close_plan"),  # around the read-back, before the close
    ("audit/head", "sync/clear_members:2", "audit/append:2"),  # closed, closed and not cleared, half closed
)

LATE_STEPS = ("adding", "removing", "adding:2")  # while a request is under way, which is done all the same


@pytest.fixture
def lists(nights: Nights) -> WebropolLists:
    return WebropolLists(nights)


def test_two_runs_at_once(lists: WebropolLists) -> None:
    """Two commands about one list, begun together; and then about two."""
    nights, office = lists.nights, lists.nights.office
    rule(nights, http={"read_seconds": 10}, webropol={"longest_request_seconds": 3})
    next_night(lists)

    def command(target: str) -> subprocess.CompletedProcess[str]:
        return office.registry("sync", "--target", target, "--date", office.date)

    others = [target for target in office.targets if target != AFFLICTED]
    with serving(lists, KEEPS, "--late-seconds", "2"), ThreadPoolExecutor(2) as pool:
        done, refused = sorted(pool.map(command, [AFFLICTED] * 2), key=lambda run: run.returncode)
        beside = list(pool.map(command, others))
    assert (done.returncode, refused.returncode) == (0, 5)
    assert f"sync of {AFFLICTED} is running already" in refused.stderr
    assert refused.stdout == ""
    assert [run.returncode for run in beside] == [0, 0]
    assert_lists_equal(lists)


def test_one_task_twice(lists: WebropolLists, monkeypatch: pytest.MonkeyPatch) -> None:
    """A task that Airflow lost sight of runs on beside its second try, which begins after it, or in its middle."""
    nights, asked = lists.nights, Counter[str]()
    rule(nights, sync={"batch_size": 1})
    next_night(lists)
    act = Door.act

    def counted(self: Door, method: str, url: str, **options: Any) -> Any:
        asked.update(str(item) for batch in options["json"].values() for item in batch)
        return act(self, method, url, **options)

    monkeypatch.setattr(Door, "act", counted)
    with serving(lists, KEEPS):
        for target in nights.office.targets:
            asked.clear()
            plan = _planned_twice(nights, target)
            assert not asked
            with ThreadPoolExecutor(2) as pool:
                runs = [pool.submit(sync.apply, plan.id) for _ in range(2)]
            done = sync.apply(plan.id)
            assert all(run.exception() is None for run in runs)
            assert asked.total() == done["added"] + done["removed"] == plan.counts["add"] + plan.counts["remove"] > 0
            assert max(asked.values()) == 1
            _read_back_twice(lists, plan.id, done, target)
            with pytest.raises(Held, match="is done; nothing was done"):
                sync.apply(plan.id)
            assert asked.total() == done["added"] + done["removed"]
            idle = _planned_twice(nights, target)
            done = sync.apply(idle.id)
            assert (done["added"], done["removed"]) == (0, 0)
            _read_back_twice(lists, idle.id, done, target)
    assert_lists_equal(lists)


class _Known:
    def __init__(self, plan: Any) -> None:
        self.id, self.counts = int(plan.id), plan.counts


def _planned_twice(nights: Nights, target: str) -> _Known:
    lost = sync.make_plan(target, on(nights), owner="task")
    plan = sync.make_plan(target, on(nights), owner="task")
    assert lost.id is not None
    with pytest.raises(Held, match="superseded; nothing was done"):
        sync.apply(lost.id)
    return _Known(plan)


def _read_back_twice(lists: WebropolLists, plan_id: int, done: Any, target: str) -> None:
    found = [sync.read_back(plan_id, done, owner="task") for _ in range(2)]
    assert [(one["verified"], one["listed"]) for one in found] == [(1, len(lists.truth(target)))] * 2


def test_newer_night_while_waiting(lists: WebropolLists) -> None:
    """The removals of some nights wait; a newer night adds to them, and before the approval somebody comes back."""
    nights, url = lists.nights, lists.nights._admin
    rule(nights, sync={"removals": {"share": 0.0001, "floor": 5}})  # more than leave by themselves meanwhile
    next_night(lists, nights=4)
    assert nights.sync() == {}
    old = lists.waiting()
    assert set(old) == set(nights.office.targets)
    assert_nobody_wronged(lists)

    next_night(lists)
    assert nights.sync() == {}
    new = lists.waiting()
    for target, plan in old.items():
        with pytest.raises(Held, match=f"plan {plan} of {target} waits for no decision: it is superseded"):
            plans.decide(plan, plans.Decision.APPROVED, by="test", why="read too late")
        with pytest.raises(Held, match="not approved; nothing was done"):
            sync.apply_approved(plan, owner="test")
    previewed = {target: to_be_removed(url, plan) for target, plan in new.items()}
    back: set[str] = set()
    while not back:
        next_night(lists)
        back = {email for target, emails in previewed.items() for email in emails & lists.truth(target)}

    for target, plan in new.items():
        before = lists.there()[target]
        plans.decide(plan, plans.Decision.APPROVED, by="test", why="they moved away")
        done = sync.apply_approved(plan, owner="test")
        spared = previewed[target] & lists.truth(target)
        gone = set(before - lists.there()[target])
        assert (gone == previewed[target] - spared) is True
        assert (done["removed"], done["dropped"]) == (len(gone), len(spared))
        with pytest.raises(Held, match="it is done"):
            plans.decide(plan, plans.Decision.APPROVED, by="test", why="once more")
    rule(nights, sync={})
    assert nights.sync() == {}
    assert_lists_equal(lists)


def to_be_removed(url: str, plan_id: int) -> set[str]:
    query = (
        "SELECT a.email FROM operations.plan_item i JOIN registry.address a ON a.id = i.address_id"
        " WHERE i.plan_id = %s AND i.action = 'remove'"
    )
    return {email for (email,) in run_sql(url, query, plan_id)}


def test_killed_at_every_step(lists: WebropolLists) -> None:
    nights, office = lists.nights, lists.nights.office
    rule(nights, sync={"batch_size": 2}, webropol={"longest_request_seconds": 0.5})
    with serving(lists, KEEPS):
        office.advance()
        lists.before = lists.there()
        for step in NIGHT_STEPS:
            kill_at(lists, step, "night")
        assert nights.play() is None
        assert nights.sync() == {}
        assert_lists_equal(lists)
        for steps in SYNC_STEPS:
            killed_in_syncs(lists, steps)
    with serving(lists, KEEPS, "--late-seconds", "0.4"):
        killed_in_syncs(lists, LATE_STEPS)


def killed_in_syncs(lists: WebropolLists, steps: tuple[str, ...]) -> None:
    next_night(lists, nights=3)
    for target, step in zip(lists.nights.office.targets, steps, strict=True):
        kill_at(lists, step, "sync", "--target", target)
        assert sync_one(lists.nights, target) is None  # at once
    assert_lists_equal(lists)
    assert run_sql(lists.nights._admin, "SELECT count(*) FROM staging.member") == [(0,)]
