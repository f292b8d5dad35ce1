"""Faults of the office's machine: its database stops in the middle, or its disk is full."""

from __future__ import annotations

import functools
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from email_registry import suppression, sync
from email_registry.boundaries.database import transaction
from email_registry.suppression import Reason
from email_registry.sync import planning
from local.postgres import Postgres
from sandbox.webropol import person
from tests.conftest import ROOT, SANDBOX_POLICY, migrate, write_secrets
from tests.faults.nights import Nights
from tests.faults.office_trials import (
    KEEPS,
    assert_lists_equal,
    assert_message,
    assert_nobody_wronged,
    at_step,
    next_night,
    on,
    registry,
    rule,
    serving,
    sync_one,
)
from tests.faults.webropol_lists import AFFLICTED, WebropolLists
from tests.offices import Office
from tests.registry_rows import run_sql

pytestmark = pytest.mark.after("second_night")

FULL = """
CREATE FUNCTION public.full() RETURNS trigger LANGUAGE plpgsql AS
$$BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END$$;
CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION public.full()
"""
ROOM = "DROP FUNCTION public.full() CASCADE"
NO_ROOM = "the database refused: DiskFull, SQLSTATE 53100"


@pytest.fixture
def own_server(open_folder: Path) -> Iterator[Postgres]:
    """A server that only this test needs."""
    cluster = Postgres(open_folder / "restarted", fast=True)
    yield cluster
    cluster.kill()


@pytest.fixture
def own_lists(own_server: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[WebropolLists]:
    """Lists that are equal after two nights, in a registry on that server."""
    server = own_server.start()
    environment = write_secrets(tmp_path, server.registry_url, server.registry_admin_url)
    migrate(environment)
    policy = tmp_path / "policy.yaml"
    policy.write_text(yaml.safe_dump({"extends": str(SANDBOX_POLICY), "sync": {"batch_size": 2}}), encoding="utf-8")
    environment["REGISTRY_POLICY"] = str(policy)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    office = Office(tmp_path, tmp_path / "secrets", environment)
    office.create()
    lists = WebropolLists(Nights(office))
    with serving(lists, KEEPS):
        lists.nights.healthy()
        lists.people_leave()
        yield lists


def test_database_restarted(own_lists: WebropolLists, own_server: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database restarts within a transaction of a night or a sync, and between two transactions of a sync."""
    lists, nights, office = own_lists, own_lists.nights, own_lists.nights.office

    def restart() -> None:
        own_server.kill()
        own_server.start()

    def restarted_at(step: str, act: Callable[[], str | None]) -> None:
        with monkeypatch.context() as patch:
            at_step(patch, step, restart)
            assert_message(lists, act())

    office.advance()
    lists.before = lists.there()
    for step in ("extract/copy:2", "load/deduplicate:2", "load/inserts"):
        before = registry(lists)
        restarted_at(step, nights.play)
        assert registry(lists) == before
    assert nights.play() is None
    for target, step in zip(
        office.targets, ("plans/finish_plan", "sync/ask_items:2", "sync/note_outcome"), strict=True
    ):
        restarted_at(step, functools.partial(sync_one, nights, target))
        assert_nobody_wronged(lists)
    assert nights.sync() == {}
    assert_lists_equal(lists)

    objector = min(set(lists.there()[AFFLICTED]))
    with transaction("list_sync") as registry_database:
        suppression.record(registry_database, [objector], "all", Reason.OBJECTION, on(nights))
    for place, name in ((planning, "comparing"), (sync, "apply")):  # between two transactions: nothing breaks off
        work = getattr(place, name)

        def after_restart(*args: Any, work: Callable[..., Any] = work) -> Any:
            restart()
            return work(*args)

        with monkeypatch.context() as patch:
            patch.setattr(place, name, after_restart)
            assert_message(lists, sync_one(nights, AFFLICTED), "database lost its staging")
        assert lists.waiting() == {}
    assert nights.sync() == {}
    assert {target for target, members in lists.there().items() if objector in members} == set()


def test_disk_full(lists: WebropolLists, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk of the database is full, table after table; then the disk of the folder for sheets."""
    nights, office = lists.nights, lists.nights.office
    office.advance()
    lists.before = lists.there()
    for table in ("operations.run", "staging.row", "staging.candidate", "registry.address", "registry.unseen"):
        before = registry(lists)
        with full(lists, table):
            assert_message(lists, nights.play(), NO_ROOM)
        assert registry(lists) == before
    assert nights.play() is None
    for table in ("operations.run", "staging.member", "operations.plan_item", "registry.listing"):
        with full(lists, table):
            assert_message(lists, sync_one(nights, AFFLICTED), NO_ROOM)
        assert (lists.there() == lists.before) is True
    with monkeypatch.context() as patch:  # after the removals, before the additions are asked for
        at_step(patch, "sync/intend_additions", lambda: run_sql(nights._admin, FULL.format(table="registry.listing")))
        assert_message(lists, sync_one(nights, AFFLICTED), NO_ROOM)
    run_sql(nights._admin, ROOM)
    assert_nobody_wronged(lists)
    assert nights.sync() == {}
    assert_lists_equal(lists)

    by_sheets(nights, AFFLICTED)
    made = []
    for room in (True, False, True):
        next_night(lists)
        if room:
            assert sync_one(nights, AFFLICTED) is None
        else:
            assert_message(
                lists, without_disk(office, "sync", "--target", AFFLICTED, "--date", office.date), "too large"
            )
        in_force = run_sql(nights._admin, "SELECT id FROM operations.sheet_batch WHERE state = 'ready'")
        made.append((in_force, {path.name: path.read_bytes() for path in (office.sheets / AFFLICTED).iterdir()}))
    assert (made[0] == made[1] != made[2]) is True


@pytest.fixture
def lists(nights: Nights) -> WebropolLists:
    return WebropolLists(nights)


@contextmanager
def full(lists: WebropolLists, table: str) -> Iterator[None]:
    """Let a table have no room for one more row within the block."""
    run_sql(lists.nights._admin, FULL.format(table=table))
    yield
    run_sql(lists.nights._admin, ROOM)


def by_sheets(nights: Nights, target: str) -> None:
    """Keep the list by sheets from now on."""
    nights.office.sheets.mkdir()
    person.write_template(nights.office.sheets / "template.csv")
    sheet = {"template": "template.csv", "email": "Sähköposti"}
    rule(nights, targets={target: {"delivery": "sheets", "sheet": sheet}})


def without_disk(office: Office, *arguments: str) -> str:
    """Run a command whose files cannot grow. Returns the last line of its errors."""
    command = ["sh", "-c", 'ulimit -f 0; exec "$0" -B -m email_registry.cli "$@"', sys.executable, *arguments]
    done = subprocess.run(command, cwd=ROOT, env=office.environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 4
    return done.stderr.splitlines()[-1]
