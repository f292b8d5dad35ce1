"""`make second-office`: from `init` to the first verified night by commands alone, over lists that people kept by hand.

Five hundred had left in those years: none is put back. A list of twenty thousand: adopting adds and removes nobody.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from local.console import Show
from local.second_office import LISTS, Options, SecondOffice
from local.world import World, make_home
from tests.leaks import MARKS

pytestmark = pytest.mark.stack

LEFT, POPULATED = 500, 20_000


class Watched:
    """The sandbox's own data: who is on a list, and who came to one or went, whoever did it."""

    def __init__(self, world: Path) -> None:
        self._world = world

    def asked(self, query: str, *bound: Any) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self._world)) as db:
            return db.execute(query, bound).fetchall()

    def last(self) -> int:
        return int(self.asked("SELECT coalesce(max(seq), 0) FROM webropol_log")[0][0])

    def changes(self, since: int) -> dict[str, int]:
        """Act -> how many, on the lists of customers."""
        query = (
            "SELECT act, count(*) FROM webropol_log JOIN webropol_list USING (list_id)"
            " WHERE seq > ? AND name <> 'personalen' GROUP BY act"
        )
        return dict(self.asked(query, since))

    def members(self) -> dict[str, set[str]]:
        """List -> who is on it, as it is spelled there."""
        found: dict[str, set[str]] = {name: set() for name in LISTS}
        rows = self.asked("SELECT name, email FROM webropol_member JOIN webropol_list USING (list_id)")
        for name, email in rows:
            found.setdefault(name, set()).add(email)
        return found

    def left_before(self) -> set[str]:
        """Who had left in the manual years, in canonical form."""
        return {row[0] for row in self.asked("SELECT canonical FROM address JOIN left_as ON address_id = id")}


@pytest.fixture
def shown(tmp_path: Path) -> Path:
    """What a person sees of it."""
    return tmp_path / "shown.txt"


@pytest.fixture
def office(shown: Path, open_folder: Path) -> Iterator[SecondOffice]:
    home = open_folder / "second"
    make_home(home)
    show = Show()
    show.console = Console(file=shown.open("w", buffering=1), soft_wrap=True)
    office = SecondOffice(World(home, fast=True), show, Options(addresses=POPULATED + 2_000, left=LEFT))
    yield office
    office.world.stop()
    show.console.file.close()


def test_another_office_arrives_and_nobody_who_had_left_is_put_back(office: SecondOffice, shown: Path) -> None:
    office.begin()
    watched = Watched(office.world.sandbox.home / "world.sqlite")
    left = watched.left_before()
    assert len(left) == LEFT
    office.write_policy()
    office.see_that_all_is_well()

    began = watched.last()
    office.observe()
    assert "added" not in watched.changes(began)  # people left by themselves meanwhile; nobody came

    before, since = watched.members(), watched.last()
    assert len(before["alla_kunder"]) > POPULATED
    office.adopt()
    office.adopt()  # once more is no other
    assert watched.changes(since) == {}
    assert (watched.members() == before) is True

    office.go_live()
    office.deliver()
    members = watched.members()
    forms = {row[0] for row in watched.asked("SELECT folded FROM webropol_log WHERE act = 'added' AND seq > ?", began)}
    assert len(forms) > 100
    assert len(left & forms) == 0  # counted, never printed
    assert sum(len(left & {email.casefold() for email in found}) for found in members.values()) == 0
    strangers = "SELECT name, email FROM by_hand JOIN webropol_list USING (list_id) WHERE stranger"
    assert all(email in members[name] for name, email in watched.asked(strangers))
    assert [row["name"] for row in office.world.sandbox.lists() if not row["equal"]] == []

    told = shown.read_bytes()
    assert b"verified by read-back" in told
    assert not any(mark in told.lower() for mark in MARKS)
