"""After a database was restored: what happened since the backup is done again before anything else may be done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from typing import TypeVar

from email_registry import audit, extract, runs
from email_registry.audit import journal
from email_registry.boundaries.database import transaction
from email_registry.deliveries import capabilities_of
from email_registry.errors import Held, contained
from email_registry.expire import rewrite
from email_registry.restore.changes_since import Fate, Fates, Found, among, fates, grouped
from email_registry.settings import policy, utc_now
from email_registry.settings.clock import HELSINKI
from email_registry.sync import clear

T = TypeVar("T")
SUBJECT = "registry"
AT_ONCE = 10_000
LEAP = 1_000_000  # numbers of runs and plans that are not given again


@contained
def replay(
    backup_taken: date, on: date, *, owner: str, by: str, why: str, accept_gap: bool = False, unnoticed: bool = False
) -> Mapping[str, int]:
    """Delete, suppress and mark as gone whoever was since the backup; only then do runs begin again.

    Returns deleted, gone, back, suppressed, ended (suppressions), forgotten (new since, and only on lists). May be
    killed and run again. Held where nothing was restored (`unnoticed`: where no anchor can tell), and where the journal
    begins after the backup (`accept_gap`).
    """
    if backup_taken > on:
        raise Held(f"the backup is of {backup_taken}, and the day is {on}: is a clock slow?", runbook="clock")
    moment, event, knows_up_to = _since(backup_taken, unnoticed=unnoticed)
    _hold_whole(knows_up_to, accept_gap=accept_gap)
    with runs.running("list_sync", "restore", SUBJECT, on, owner=owner) as run_id:
        known = fates(journal.since(moment, event))
        found = among(known, list(policy().audiences))
        audit.begin("list_sync", "restore", SUBJECT, run_id=run_id, by=by)
        _forget_what_was_under_way(run_id)
        counts = _suppress(known) | _depart(found) | _remember(known, on)
        rewrite()
        with transaction("list_sync") as database:
            said: dict[str, int | str] = {**counts, "backup_taken": backup_taken.isoformat(), "why": why}
            audit.append(database, "restored", SUBJECT, said, run_id=run_id, at=utc_now(), by=by)
            runs.end(database, run_id, counts=counts)
    audit.anchor(restored={"backup_taken": backup_taken.isoformat(), "replayed_after_event": event or 0})
    return counts


def _since(backup_taken: date, *, unnoticed: bool) -> tuple[datetime, int | None, datetime]:
    """The moment and the event from which on the journal is read, and up to when the database knows everything.

    The last is its own newest event; without one, the beginning of the day that was given.
    """
    if not unnoticed and not audit.is_behind():
        raise Held(
            "the database has all that was anchored: no backup was restored, or the anchors were restored with it "
            "(then say --unnoticed); nothing was done",
            runbook="restore",
        )
    moment = datetime.combine(backup_taken, time(), HELSINKI)
    head = audit.head()
    if head is None:
        return moment, 0, moment
    return min(moment, head["at"]), audit.last_in_common(), head["at"]


def _hold_whole(knows_up_to: datetime, *, accept_gap: bool) -> None:
    begins = journal.begins()
    if accept_gap or (begins is not None and begins <= knows_up_to):
        return
    since = f"begins on {begins.astimezone(HELSINKI):%Y-%m-%d}" if begins else "is not there"
    raise Held(
        f"the journal of who is gone {since}, after the backup: who left before that would be listed again. Restore a "
        "newer backup, or put the journal back; the runbook says what --accept-gap asks of you",
        runbook="restore",
    )


def _forget_what_was_under_way(run_id: int) -> None:
    """Runs, plans, sheets and staging of the day of the backup."""
    extract.clear()
    at = utc_now()
    by_sheets = [name for name, target in policy().targets.items() if capabilities_of(target).needs_person]
    with transaction("list_sync") as database:
        database.execute("restore/abandon_runs", run_id=run_id, at=at)
        database.execute("restore/supersede_plans")
        database.execute("restore/supersede_sheets")
        database.execute("restore/forget_exports", targets=by_sheets, at=at, run_id=run_id)
        database.rows("restore/leap", by=LEAP)
    clear(run_id)


def _suppress(known: Fates) -> dict[str, int]:
    new = ended = 0
    with transaction("list_sync") as database:
        for entry, digests in grouped(known.suppressed):
            for part in _parts(digests):
                rows = database.rows(
                    "suppression/record", digests=part, key_version=entry.key, form_version=entry.form,
                    scope=entry.scope, reason=entry.reason, recorded_on=entry.on,
                )  # fmt: skip
                new += len(rows)
    with transaction("rights") as database:
        for scope, key, digest in known.ended:
            ended += database.execute("restore/unsuppress", digests=[digest], key=key, scope=scope)
    return {"suppressed": new, "ended": ended}


def _depart(found: Found) -> dict[str, int]:
    """Absent as they were, off the lists as they are, deleted as they had been."""
    with transaction("loader") as database:
        for part in _parts(list(found.gone.items())):
            database.execute("restore/mark_unseen", **_columns(part))
        for ids in _parts(found.back):
            database.execute("restore/mark_present", ids=ids)
    with transaction("list_sync") as database:
        absent = {address_id for address_id, fate in found.gone.items() if fate.absent is not None}
        for ids in _parts(sorted({*absent, *found.suppressed})):
            database.execute("restore/ask_to_go", ids=ids, at=utc_now())
        for ids in _parts(found.deleted):
            database.execute("restore/forget_listed", ids=ids)
    deleted = 0
    for ids in _parts(found.deleted):
        with transaction("retention") as database:
            deleted += database.execute("restore/delete_addresses", ids=ids)
    return {"deleted": deleted, "gone": len(found.gone), "back": len(found.back)}


def _remember(known: Fates, on: date) -> dict[str, int]:
    """Who came since and is not in the registry: the next sync knows them for ours."""
    groups: dict[tuple[str, int], list[bytes]] = {}
    for audience, key, digest in known.new:
        groups.setdefault((audience, key), []).append(digest)
    for (audience, key), digests in groups.items():
        for part in _parts(digests):
            with transaction("list_sync") as database:
                database.execute("restore/remember", digests=part, key=key, audience=audience, on=on)
    return {"forgotten": len(known.new)}


def _columns(part: Sequence[tuple[int, Fate]]) -> dict[str, list[object]]:
    return {
        "ids": [address_id for address_id, _ in part],
        "since": [fate.since for _, fate in part],
        "absent": [fate.absent for _, fate in part],
    }


def _parts(everything: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(everything), AT_ONCE):
        yield everything[start : start + AT_ONCE]
