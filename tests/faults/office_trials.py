"""What is done to an office on a healthy night, and what must be so of its lists whatever that was."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from email_registry import sync
from email_registry.boundaries import database
from email_registry.errors import RegistryError
from tests.conftest import ROOT
from tests.faults.nights import Nights
from tests.faults.webropol_lists import WebropolLists
from tests.registry_rows import run_sql

SECONDS = 30
KEEPS = "--keep-doubles"  # whoever is asked for twice is there twice: nothing is repaired for us


@contextmanager
def serving(lists: WebropolLists, *manners: str) -> Iterator[None]:
    """Serve the same world again, by a Webropol with other manners."""
    office = lists.nights.office
    office.stop()
    endpoints = office.home / "endpoints.json"
    endpoints.unlink(missing_ok=True)
    command = [sys.executable, "-m", "sandbox", "serve", "--home", str(office.home), *manners]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + SECONDS
        while not endpoints.exists():
            assert server.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)
        office.endpoints = json.loads(endpoints.read_text())
        office.connect()
        yield
    finally:
        server.kill()
        server.wait(SECONDS)


def rule(nights: Nights, **changes: Any) -> None:
    """Change the office's policy."""
    file = Path(nights.office.environment["REGISTRY_POLICY"])
    file.write_text(yaml.safe_dump({**yaml.safe_load(file.read_text()), **changes}), encoding="utf-8")


def on(nights: Nights) -> date:
    return date.fromisoformat(nights.office.date)


def next_night(lists: WebropolLists, nights: int = 1) -> None:
    """Loaded, and not synced yet."""
    lists.nights.office.advance("--nights", str(nights))
    lists.before = lists.there()
    assert lists.nights.play() is None


def sync_one(nights: Nights, target: str) -> str | None:
    """What was said where it could not be made equal."""
    try:
        plan = sync.make_plan(target, on(nights), owner=f"test {target}")
        assert plan.id is not None
        sync.read_back(plan.id, sync.apply(plan.id), owner=f"test {target}")
    except RegistryError as error:
        return str(error)
    return None


def kill_at(lists: WebropolLists, step: str, *arguments: str) -> None:
    """A command that dies at this step."""
    office = lists.nights.office
    command = [sys.executable, "-m", "tests.faults.dying", step, *arguments, "--date", office.date]
    killed = subprocess.run(command, cwd=ROOT, env=office.environment, capture_output=True, timeout=120)
    assert killed.returncode == -signal.SIGKILL, step


def at_step(patch: pytest.MonkeyPatch, step: str, act: Callable[[], object]) -> None:
    """Let something happen before a statement of `include/sql/` runs; `NAME:2` is the second time."""
    wanted, _, number = step.partition(":")
    left, statement = [int(number or 1)], database.statement

    def ours(name: str) -> str:
        left[0] -= name == wanted
        if name == wanted and left[0] == 0:
            act()
        return statement(name)

    patch.setattr(database, "statement", ours)


def registry(lists: WebropolLists) -> list[tuple[Any, ...]]:
    """Whom it has and who is absent, without the addresses."""
    query = (
        "SELECT id, audience, md5(email), absent_since FROM registry.address"
        " LEFT JOIN registry.unseen ON id = address_id ORDER BY id"
    )
    return run_sql(lists.nights._admin, query)


def assert_message(lists: WebropolLists, said: str | None, words: str = "") -> None:
    """One clear line."""
    assert said is not None
    assert words in said
    lists.nights._assert_message(said)


def assert_lists_equal(lists: WebropolLists) -> None:
    """Equal to the truth, and nobody wronged on the way."""
    for target, there in lists.there().items():
        assert (there == Counter(lists.truth(target))) is True
    assert_nobody_wronged(lists)


def assert_nobody_wronged(lists: WebropolLists) -> None:
    """Since `before` nobody was removed or added who should not be, nobody was there twice or put back."""
    lists.assert_no_member_was_removed()
    for target, there in lists.there().items():
        assert (set(there - lists.before[target]) <= lists.truth(target)) is True
    assert lists.doubled_at_any_moment() == 0
    assert lists.put_back() == set()
