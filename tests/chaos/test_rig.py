"""The rig finds its steps and guards in the product, draws every step, reports its results, and kills a few syncs."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from chaos import guards, results, steps
from chaos.guards import AS_BUILT, OFF
from chaos.kills import Kill, draw
from chaos.list_nights import Tally
from chaos.steps import STEPS
from chaos.sync_runs import SyncRuns
from tests.conftest import ROOT

RUN_SECONDS = 600


def test_the_product_still_has_every_step() -> None:
    steps.require_steps()


@pytest.mark.parametrize("variant", OFF)
def test_the_product_still_has_every_guard(variant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    off: list[str] = []

    def note(owner: object, name: str, by: object) -> None:
        assert callable(getattr(owner, name))
        off.append(name)

    monkeypatch.setattr(guards, "_replace", note)
    guards.switch_off(variant)
    assert off


def test_from_46_kills_on_every_step_is_among_them() -> None:
    lists = draw(46, 6, Random(1))
    drawn = Counter(kill.step for list_nights in lists for kill in list_nights)
    assert drawn.keys() == {*STEPS, None}
    assert drawn[None] == 23
    assert max(map(len, lists)) - min(map(len, lists)) <= 1


@pytest.mark.parametrize(
    ("kill", "anywhere", "after_a_death", "in_an_approval"),
    [
        (Kill(None), True, True, True),
        (Kill("a plan is committed"), True, True, False),
        (Kill("it waits after an unclean end"), False, True, False),
        (Kill("an approval has the lease"), False, False, True),
    ],
    ids=lambda parameter: parameter.name if isinstance(parameter, Kill) else None,
)
def test_which_kills_are_possible_now_after_a_death_and_in_an_approval(
    kill: Kill, anywhere: bool, after_a_death: bool, in_an_approval: bool
) -> None:
    assert kill.fits() == anywhere
    assert kill.fits(died=True) == after_a_death
    assert kill.fits(approving=True) == in_an_approval


def test_tasks_continue_where_they_died_or_begin_again(tmp_path: Path) -> None:
    sync_runs = SyncRuns(tasks=True, results_file=tmp_path / "results.json")
    sync_runs.results_file.write_text('{"plan": 7}')
    owner = sync_runs.owner
    sync_runs.changed()
    assert sync_runs.old  # the plan was made before the change
    sync_runs.failed()
    assert (sync_runs.owner, sync_runs.results_file.exists()) == (owner, True)  # apply is run again
    sync_runs.results_file.write_text('{"plan": 7, "done": {}}')
    sync_runs.failed()
    assert (sync_runs.owner != owner, sync_runs.results_file.exists(), sync_runs.old) == (True, False, False)
    sync_runs.waits(8)
    assert sync_runs.order() == {"how": "approve by task", "plan": 8, "owner": sync_runs.owner}


def tallies(built: dict[str, int], off: dict[str, int]) -> dict[str, Tally]:
    return {
        AS_BUILT: Tally(kills=Counter({"an answer is noted": 3}), faults=Counter(built)),
        **{variant: Tally(faults=Counter(off)) for variant in OFF},
    }


@pytest.mark.parametrize(
    ("built", "off", "problems"),
    [
        ({}, {"duplicated": 2}, []),
        ({"not_listed": 1}, {"duplicated": 2}, ["as it is built: 1 not listed"]),
        ({}, {}, ["with a guard off nothing was found either: the rig proves nothing, give it more KILLS"]),
    ],
)
def test_the_verdict_names_the_problems(built: dict[str, int], off: dict[str, int], problems: list[str]) -> None:
    assert results.verdict(tallies(built, off)) == problems


def test_the_table_shows_variants_side_by_side() -> None:
    heads, *lines = results.table(tallies({"broke": 1}, {"duplicated": 2})).splitlines()
    assert "duplicated  not listed  wrongly removed  put back  broke" in heads
    assert [line.split("  ")[0] for line in lines] == [AS_BUILT, *(f"guard off: {variant}" for variant in OFF)]
    assert len({len(line) for line in (heads, *lines)}) == 1


@pytest.mark.chaos
def test_a_few_kills_leave_no_fault_and_with_a_guard_off_they_leave_some() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "chaos", "--kills", "8", "--json"],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=RUN_SECONDS,
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["variants"][AS_BUILT]["kills"] >= 8
    assert not any(report["variants"][AS_BUILT]["faults"].values())
    assert any(sum(report["variants"][variant]["faults"].values()) for variant in OFF)
    assert "@" not in done.stdout + done.stderr
