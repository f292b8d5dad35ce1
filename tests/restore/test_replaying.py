"""A restored database is known by its audit, does nothing, and learns what it does not know before anything else."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from email_registry import audit, expire, restore, runs, suppression, sync, unsubscribes
from email_registry.audit import JournalEvent, journal
from email_registry.boundaries.database import transaction
from email_registry.errors import Held
from email_registry.settings import utc_now
from local.postgres import Server
from tests.conftest import ROOT
from tests.expire.clocks import Clock
from tests.expire.nights import AWAY, Brought, Nights
from tests.offices import Office
from tests.registry_rows import run_sql
from tests.restore.backups import Backup

pytestmark = pytest.mark.faults

FIRST = date(2026, 11, 23)
STAY = [f"pysyva{n}@sandbox-posti.fi" for n in range(8)]
GONE = [f"poissa{n}@sandbox-posti.fi" for n in range(4)]
LATER = [f"uusi{n}@sandbox-posti.fi" for n in range(3)]
TARGET = "henkiloasiakkaat"


class World:
    """A registry of persons that is backed up after its second night and restored weeks later."""

    def __init__(self, server: Server, admin_url: str, patch: pytest.MonkeyPatch) -> None:
        self.server, self.admin_url, self.clock = server, admin_url, Clock(patch)
        self.on = FIRST

    def night(self, days: int, brought: list[str] | None, *, companies: bool = False) -> None:
        """The persons' night so many days after the first; None: the source is away."""
        self.on = FIRST + timedelta(days=days)
        self.clock.set(self.on)
        nights = Nights(self.admin_url)
        persons = {"ura_persons": AWAY if brought is None else Brought(brought)}
        nights.play(self.on, persons | ({"ura_companies": Brought([])} if companies else {}))
        nights.close()

    def suppress(self, emails: list[str]) -> None:
        with transaction("list_sync") as database:
            suppression.record(database, emails, "all", suppression.Reason.LEFT, self.on)
            audit.append(database, "test", "webropol", {"new": len(emails)}, run_id=None, at=utc_now())
        audit.anchor()

    def sql(self, query: str, *parameters: object) -> list[tuple[object, ...]]:
        return run_sql(self.admin_url, query, *parameters)

    def state(self) -> dict[str, object]:
        """All that a restore is to bring back, by address and by hash."""
        return {
            "addresses": self.sql("SELECT email FROM registry.address ORDER BY 1"),
            "unseen": self.sql(
                "SELECT email, since, absent_since FROM registry.unseen JOIN registry.address ON id = address_id"
                " ORDER BY 1"
            ),
            "suppressed": self.sql("SELECT digest, scope, reason, recorded_on FROM registry.suppression ORDER BY 1"),
        }

    def replay(self, **options: bool) -> dict[str, int]:
        return dict(
            restore.replay(FIRST + timedelta(days=1), self.on, owner="test", by="Maija", why="a disk broke", **options)
        )


@pytest.fixture
def world(
    postgres: Server, registry_env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[World, Backup]]:
    world = World(postgres, registry_env["REGISTRY_ADMIN_URL"], monkeypatch)
    world.night(0, STAY + GONE)
    world.suppress(["ennen@sandbox-posti.fi"])
    world.night(1, STAY + GONE[1:])
    world.sql(
        "INSERT INTO registry.listing (target, address_id, seen) SELECT %s, id, now() FROM registry.address"
        " WHERE email <> ALL(%s)",
        TARGET, GONE[:1],
    )  # fmt: skip
    backup = Backup(postgres, world.admin_url)
    yield world, backup
    backup.forget()


def weeks_later(world: World) -> None:
    """Since the backup: the first is deleted, others are absent, unseen, back again, or new; two are suppressed."""
    world.night(2, STAY + GONE[2:])  # GONE[1] is absent
    world.night(10, STAY + GONE[1:])  # and back
    world.night(20, STAY + GONE[1:2] + LATER)  # GONE[2:] are absent
    world.night(21, None)  # nobody is known of: all are unseen
    world.night(30, STAY[1:] + GONE[1:2] + LATER[1:])
    world.suppress([STAY[1], "jalkeen@sandbox-posti.fi"])
    world.sql(
        "DELETE FROM registry.listing WHERE address_id IN (SELECT id FROM registry.address WHERE email = ANY(%s))", GONE
    )
    assert expire.expire("person", FIRST + timedelta(days=31), owner="test")["deleted"] == 1


def test_no_run_begins_and_no_head_is_written_until_it_is_told(world: tuple[World, Backup]) -> None:
    office, backup = world
    weeks_later(office)
    heads = journal.environment().audit_heads.read_bytes()
    backup.put_back()
    for work in (
        lambda: runs.begin("loader", runs.RunKind.NIGHT, "registry", office.on, owner="test"),
        lambda: sync.make_plan(TARGET, office.on, owner="test"),
        lambda: unsubscribes.read_unsubscribes(office.on, owner="test"),
        lambda: expire.expire("person", office.on, owner="test"),
        lambda: expire.clear_history(office.on, owner="test"),
        audit.anchor,
    ):
        with pytest.raises(
            Held, match=r"event \d+ of the audit was anchored, and the database ends with event"
        ) as held:
            work()
        assert held.value.runbook == "restore"
    assert journal.environment().audit_heads.read_bytes() == heads
    assert office.sql("SELECT count(*) FROM operations.run WHERE state = 'open'") == [(0,)]


@pytest.mark.promise("backups")
def test_what_happened_since_is_done_again(world: tuple[World, Backup]) -> None:
    office, backup = world
    weeks_later(office)
    was = office.state()
    backup.put_back()
    done = office.replay()
    assert done == {
        "suppressed": 2, "ended": 0, "deleted": 1, "not_brought": 3, "present": len(STAY),
        "added_since_backup": len(LATER),
    }  # fmt: skip
    now = office.state()
    assert now["suppressed"] == was["suppressed"]
    new = {(email,) for email in LATER}
    assert now["addresses"] == [row for row in was["addresses"] if row not in new]  # type: ignore[attr-defined]
    unseen = [row for row in was["unseen"] if row[0] not in LATER]  # type: ignore[attr-defined]
    assert now["unseen"] == unseen
    listed = office.sql(
        "SELECT email, remove_asked IS NOT NULL FROM registry.listing JOIN registry.address ON id = address_id"
        " ORDER BY 1"
    )
    asked = {*STAY[:2], *GONE[2:]}  # absent, suppressed: off the list, or to be taken off
    assert listed == sorted((email, email in asked) for email in [*STAY, *GONE[1:]])
    ((counts,),) = office.sql("SELECT counts FROM audit.event WHERE action = 'restored'")
    assert counts["backup_taken"] == "2026-11-24"  # type: ignore[index]
    runs.begin("loader", runs.RunKind.NIGHT, "registry", office.on, owner="test")  # goes on


def test_no_list_is_synced_before_a_night_has_loaded_its_audience(world: tuple[World, Backup]) -> None:
    office, backup = world
    weeks_later(office)
    backup.put_back()
    office.replay()
    with pytest.raises(Held, match="no night has loaded person since") as held:
        sync.make_plan(TARGET, office.on, owner="test")
    assert held.value.runbook == "restore"
    office.night(32, STAY[1:] + GONE[1:2] + LATER[1:])
    with pytest.raises(Exception, match="connection webropol is missing"):  # it would read the list now
        sync.make_plan(TARGET, office.on, owner="test")
    with pytest.raises(Held, match="no night has loaded company since"):
        sync.make_plan("yritysasiakkaat", office.on, owner="test")


def test_what_waited_when_the_backup_was_taken_waits_no_more_and_its_numbers_are_not_given_again(
    world: tuple[World, Backup],
) -> None:
    office, _ = world
    weeks_later(office)
    run_id = runs.begin("list_sync", runs.RunKind.SYNC, TARGET, office.on, owner="airflow:x")
    office.sql(
        "INSERT INTO operations.plan (run_id, kind, subject, state, made_at, counts, released, waiting, digest)"
        " VALUES (%s, 'sync', %s, 'open', now(), '{}', '{}', '{remove}', '')",
        run_id, TARGET,
    )  # fmt: skip
    with transaction("loader") as database:
        database.copy("extract/copy", [(run_id, "jaanyt@sandbox-posti.fi", "valid")])
    again = Backup(office.server, office.admin_url)
    office.suppress(["viela@sandbox-posti.fi"])
    again.put_back()
    again.forget()
    ((plan,),) = office.sql("SELECT max(id) FROM operations.plan")
    restore.replay(office.on, office.on, owner="test", by="Maija", why="x")
    assert office.sql("SELECT state FROM operations.plan WHERE subject = %s", TARGET) == [("superseded",)]
    assert office.sql("SELECT state FROM operations.run WHERE id = %s", run_id) == [("abandoned",)]
    assert office.sql("SELECT count(*) FROM staging.row") == [(0,)]
    made = expire.make_plan("person", office.on, owner="test")
    assert made.id is not None
    assert made.id > plan + 1000  # type: ignore[operator]


@pytest.mark.parametrize(
    "step",
    ["sync/read_addresses", "restore/skip_numbers", "suppression/record", "restore/mark_unseen", "restore/ask_removals",
     "restore/delete_addresses", "expire/rewrite", "audit/append", "runs/end", "audit/head:3"],
)  # fmt: skip
def test_killed_at_a_step_it_still_holds_everything_and_is_run_again(
    world: tuple[World, Backup], registry_env: dict[str, str], tmp_path: Path, step: str
) -> None:
    office, backup = world
    weeks_later(office)
    was = office.state()
    backup.put_back()
    taken = ["--backup-taken", "2026-11-24", "--why", "x", "--date", office.on.isoformat()]
    command = [sys.executable, "-m", "tests.faults.dying", step, "database", "restored", *taken]
    registry = Office(tmp_path, tmp_path / "secrets", registry_env)
    killed = subprocess.run(command, cwd=ROOT, env=registry.environment, capture_output=True, timeout=120)
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()[-500:]
    held = registry.registry("history", "clear", "--date", office.on.isoformat())
    assert (held.returncode, "docs/runbooks/restore.md" in held.stderr) == (3, True), held.stderr
    done = registry.registry("database", "restored", *taken)
    assert done.returncode == 0, done.stderr
    now = office.state()
    assert now["suppressed"] == was["suppressed"]
    assert now["unseen"] == [row for row in was["unseen"] if row[0] not in LATER]  # type: ignore[attr-defined]


# What it does not believe ----------------------------------------------------------------------------


def test_a_database_that_is_level_was_not_restored(world: tuple[World, Backup]) -> None:
    office, _ = world
    weeks_later(office)
    was = office.state()
    with pytest.raises(Held, match="no backup was restored"):
        office.replay()
    assert office.state() == was


def test_without_any_anchor_a_person_has_to_say_so(world: tuple[World, Backup]) -> None:
    office, backup = world
    weeks_later(office)
    backup.put_back()
    journal.environment().audit_heads.unlink()
    with pytest.raises(Held, match="--unnoticed"):
        office.replay()
    assert office.replay(unnoticed=True)["deleted"] == 1


def test_a_journal_that_begins_after_the_backup_is_not_enough(world: tuple[World, Backup]) -> None:
    office, backup = world
    weeks_later(office)
    backup.put_back()
    path = journal.environment().journal
    journal.prune(utc_now() - timedelta(days=1))
    with pytest.raises(Held, match=r"the journal begins on .*, after the backup"):
        office.replay()
    whole = path.read_bytes()
    path.unlink()
    with pytest.raises(Held, match="is not there, after the backup"):
        office.replay()
    path.write_bytes(whole)
    assert office.replay(accept_gap=True)["suppressed"] == 2


def test_a_journal_that_is_damaged_is_not_guessed_at(world: tuple[World, Backup]) -> None:
    office, backup = world
    weeks_later(office)
    backup.put_back()
    path = journal.environment().journal
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:2], b'{"at": "2026\n', *lines[2:]]))
    with pytest.raises(Held, match="line 3 is damaged"):
        office.replay()


def test_another_database_is_not_this_registrys(world: tuple[World, Backup]) -> None:
    office, backup = world
    weeks_later(office)
    backup.put_back()
    office.sql("UPDATE audit.event SET hash = sha256(hash)")
    with pytest.raises(Held, match="no event of this database was ever anchored here"):
        office.replay()


def test_a_day_that_is_too_late_is_put_right_by_the_databases_own_word(world: tuple[World, Backup]) -> None:
    office, backup = world
    weeks_later(office)
    backup.put_back()
    done = restore.replay(office.on, office.on, owner="test", by="Maija", why="x")
    assert (done["deleted"], done["suppressed"], done["not_brought"]) == (1, 2, 3)


def test_a_backup_of_a_registry_that_was_closed_may_not_come_back(world: tuple[World, Backup]) -> None:
    office, backup = world
    weeks_later(office)
    journal.note(journal.Entry(JournalEvent.CLOSED, office.on, "all", 0, 0, ()))
    backup.put_back()
    with pytest.raises(Held, match="the registry was closed on"):
        office.replay()
