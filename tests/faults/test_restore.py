"""A backup of thirty nights ago is restored: nobody who left or expired since is on a list, and nobody else is lost."""

from __future__ import annotations

import subprocess
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from psycopg2 import sql

from email_registry import check, expire, restore
from email_registry.boundaries.database import engine
from email_registry.doctor import registry_database
from email_registry.errors import Held
from email_registry.settings import policy
from local.binaries import find_binaries
from local.postgres import Server, keep_to_login
from tests.expire.clocks import Clock
from tests.faults.nights import Nights
from tests.faults.office_trials import rule
from tests.faults.webropol_lists import WebropolLists
from tests.registry_rows import addresses, run_sql

pytestmark = pytest.mark.after("second_night")

# Ten nights of three days each: who is gone for a day or two is back before anybody sees it.
PLAYED, EACH = 10, 3
RETENTION = {"absent_days": 4, "unseen_days": 20}


class Backup:
    """Of the registry's database, as an office takes it: pg_dump, and pg_restore into an empty one."""

    def __init__(self, nights: Nights, server: Server, folder: Path) -> None:
        self._admin, self._server, self._file = nights._admin, server, folder / "registry.dump"
        self.on = nights._on

    def take(self) -> None:
        self._run("pg_dump", "--format=custom", f"--file={self._file}", self._url())

    def put_back(self) -> None:
        engine().dispose()
        name = self._admin.rsplit("/", 1)[1]
        with self._server.superuser() as cursor:
            cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
            cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            keep_to_login(cursor, name, "registry_app")
        self._run("pg_restore", "--exit-on-error", f"--dbname={self._url()}", str(self._file))

    def _url(self) -> str:
        return self._admin.replace("+psycopg2", "")

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(find_binaries().folder / program), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr[-500:]


class Office:
    """Nights by the clock of the sandbox's days."""

    def __init__(self, nights: Nights, patch: pytest.MonkeyPatch) -> None:
        self.nights, self.lists, self.clock = nights, WebropolLists(nights), Clock(patch)
        patch.setattr(registry_database, "check_clock", lambda: "the same")  # its database's clock goes with it
        self.expired: set[str] = set()
        self.clock.set(nights._on)

    def night(self, days: int = EACH) -> None:
        """Loaded, synced, and what is due deleted."""
        self.nights.office.advance("--nights", str(days))
        self.clock.set(self.nights._on)
        self.nights.healthy()
        before = addresses(self.nights._admin)
        for audience in policy().audiences:
            expire.expire(audience, self.nights._on, owner=f"test {self.nights._on}")
        self.expired |= before - addresses(self.nights._admin)

    def accepted_night(self) -> None:
        """What is usual is known of thirty nights ago alone: where the gate asks, a person says that it is right."""
        self.nights.office.advance()
        self.clock.set(self.nights._on)
        stopped = self.nights.play()
        for source in policy().sources:
            if source in (stopped or ""):
                check.accept(source, by="Maija", why="a month has passed since the backup")
        self.nights.healthy()
        for audience in policy().audiences:
            expire.expire(audience, self.nights._on, owner=f"test {self.nights._on}")

    def sql(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        return run_sql(self.nights._admin, query, *parameters)

    def suppressed(self) -> set[bytes]:
        return {bytes(digest) for (digest,) in self.sql("SELECT digest FROM registry.suppression")}

    def absent(self) -> dict[tuple[str, str], tuple[date, date | None]]:
        rows = self.sql(
            "SELECT audience, email, since, absent_since FROM registry.unseen JOIN registry.address ON id = address_id"
        )
        return {(audience, email): (since, absent) for audience, email, since, absent in rows}


def test_nobody_who_left_or_expired_in_thirty_nights_is_on_a_list_after_a_restore(
    nights: Nights, postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule(
        nights,
        audiences={"person": {"retention": RETENTION}, "company": {"retention": RETENTION}},
        expiry={"alarm_days": 5},
    )
    (tmp_path / "audit" / "journal.jsonl").unlink()  # made by this machine's own clock
    office = Office(nights, monkeypatch)
    office.night(1)
    backup = Backup(nights, postgres, tmp_path)
    backup.take()
    suppressed_then, known_then = office.suppressed(), addresses(nights._admin)
    for _ in range(PLAYED):
        office.night()
    suppressed, absent = office.suppressed(), office.absent()
    expired = office.expired & known_then - addresses(nights._admin)  # not those who are customers again
    many = len(expired)
    assert many > 5
    assert len(suppressed - suppressed_then) > 3

    backup.put_back()
    assert (expired <= addresses(nights._admin)) is True
    members = office.lists.there()
    assert "`./registry database restored`" in str(nights.play())
    assert all("./registry database restored" in said for said in nights.sync().values())
    with pytest.raises(Held, match="was anchored, and the database ends"):
        expire.expire("person", nights._on, owner="test")
    assert office.lists.there() == members

    counts = restore.replay(backup.on, nights._on, owner="test", by="Maija", why="the disk broke")
    assert counts["deleted"] >= many
    assert (expired & addresses(nights._admin) == set()) is True
    assert office.suppressed() == suppressed
    replayed = office.absent()
    assert {who: when for who, when in absent.items() if who[1] in known_then and who in replayed} == {
        who: when for who, when in replayed.items() if who in absent
    }
    assert (set(replayed) <= set(absent)) is True
    for said in nights.sync().values():  # not before a night
        assert "no night has loaded" in said

    for _ in range(3):
        office.accepted_night()
        hold(office, expired, members)
    assert office.suppressed() >= suppressed


def hold(office: Office, expired: set[str], before: dict[str, Counter[str]]) -> None:
    """The lists are as the sandbox knows them to be right, and nobody was put back, wrongly removed or doubled."""
    left = office.lists.left()
    for target, there in office.lists.there().items():
        truth = office.lists.truth(target)
        assert (there == Counter(truth)) is True
        assert (left & set(there) == set()) is True
        assert (expired - truth) & set(there) == set()
    office.lists.before = before
    office.lists.assert_no_member_was_removed()
    assert office.lists.doubled_at_any_moment() == 0
    assert office.lists.put_back() == set()
