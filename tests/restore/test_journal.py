"""The journal outside the database: private, whole after a crash, one writer at a time, nothing of what was undone."""

from __future__ import annotations

import json
import multiprocessing
from datetime import UTC, date, datetime, timedelta

import pytest

from email_registry import suppression
from email_registry.audit import Entry, JournalEvent, journal, note
from email_registry.boundaries.database import transaction
from email_registry.errors import DatabaseFailed, RegistryError
from email_registry.settings import environment
from email_registry.suppression import Reason

ON = date(2026, 11, 23)
EVER = datetime(2000, 1, 1, tzinfo=UTC)
WHO = ["henkilo1@sandbox-posti.fi", "henkilo2@sandbox-posti.fi"]


def entry(number: int) -> Entry:
    return Entry(JournalEvent.ABSENT, ON, "person", 1, 1, [bytes([number % 256]) * 32])


def read() -> list[Entry]:
    return list(journal.since(EVER, None))


def test_it_is_private_and_holds_no_address(registry_env: dict[str, str]) -> None:
    with transaction("list_sync") as database:
        suppression.record(database, WHO, "all", Reason.LEFT, ON)
    path = environment().journal
    assert path.stat().st_mode & 0o777 == 0o600
    assert b"@" not in path.read_bytes()
    (found,) = read()
    assert (found.event, found.scope, found.reason, len(found.digests)) == ("suppressed", "all", "left", 2)


def test_what_was_rolled_back_or_failed_is_not_in_it(registry_env: dict[str, str]) -> None:
    with transaction("list_sync") as database:
        suppression.record(database, WHO, "all", Reason.LEFT, ON)
        database.rollback()
    with pytest.raises(DatabaseFailed):
        _fails_after_recording()
    assert read() == []


def _fails_after_recording() -> None:
    with transaction("list_sync") as database:
        suppression.record(database, WHO, "all", Reason.LEFT, ON)
        database.execute("restore/delete_addresses", ids=[1])  # not this role's to do


def test_where_it_cannot_be_written_nothing_is_committed(registry_env: dict[str, str]) -> None:
    environment().journal.mkdir(parents=True)  # a folder in its place
    with pytest.raises(RegistryError), transaction("list_sync") as database:
        suppression.record(database, WHO, "all", Reason.LEFT, ON)
    with transaction("list_sync") as database:
        assert suppression.load(database, ["person"]).empty


def test_a_line_that_a_crash_has_torn_is_nobodys_and_the_next_one_takes_its_place(registry_env: dict[str, str]) -> None:
    note(entry(1))
    path = environment().journal
    whole = path.read_bytes()
    for torn in (b'{"at": "2026-11-23T0', b"{", b'{"digests": ["00"]}'):
        path.write_bytes(whole + torn)
        assert read() == [entry(1)]
    note(entry(2))
    assert read() == [entry(1), entry(2)]
    assert path.read_bytes().startswith(whole)


def _write(start: int) -> None:
    for number in range(start, start + 25):
        note(entry(number))


def test_several_writers_at_once_lose_no_line(registry_env: dict[str, str]) -> None:
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=_write, args=(start,)) for start in (0, 50, 100, 150)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    found = {digest[0] for each in read() for digest in each.digests}
    assert found == {number for start in (0, 50, 100, 150) for number in range(start, start + 25)}


def test_lines_are_bounded_and_old_ones_end(registry_env: dict[str, str]) -> None:
    many = [number.to_bytes(32, "big") for number in range(12_000)]
    note(Entry(JournalEvent.ABSENT, ON, "person", 1, 1, many))
    assert [len(each.digests) for each in read()] == [5000, 5000, 2000]
    assert journal.prune(datetime.now(UTC) - timedelta(days=1)) == 0
    assert journal.prune(datetime.now(UTC) + timedelta(seconds=1)) == 3
    (line,) = environment().journal.read_text().splitlines()
    assert list(json.loads(line)) == ["begins"]
    note(entry(3))
    assert read() == [entry(3)]
