"""Do again what happened since a backup, before a restored database is used for anything else."""

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
from email_registry.restore.changes_since import (
    Change,
    ChangedIds,
    Changes,
    find_changed,
    group_suppressions,
    read_changes,
)
from email_registry.runs import RunKind
from email_registry.settings import policy, utc_now
from email_registry.settings.clock import HELSINKI
from email_registry.sync import clear

T = TypeVar("T")
SUBJECT = "registry"
IDS_PER_STATEMENT = 10_000
NUMBERS_SKIPPED = 1_000_000  # numbers of runs and plans that are not used again


@contained
def replay(
    backup_taken: date, on: date, *, owner: str, by: str, why: str, accept_gap: bool = False, unnoticed: bool = False
) -> Mapping[str, int]:
    """Delete, suppress and mark as absent the addresses that were so since the backup. Only then may runs begin again.

    Returns deleted, not_brought, present, suppressed, ended (suppressions), added_since_backup (addresses that are only
    on lists). It may be killed and run again. Held when nothing was restored (`unnoticed` says so when no anchor can
    tell), and when the journal begins after the backup (`accept_gap` goes on without the missing part).
    """
    if backup_taken > on:
        raise Held(f"the backup is of {backup_taken}, and the day is {on}: is a clock slow?", runbook="clock")
    moment, event, knows_up_to = _since(backup_taken, unnoticed=unnoticed)
    _require_whole_journal(knows_up_to, accept_gap=accept_gap)
    with runs.running("list_sync", RunKind.RESTORE, SUBJECT, on, owner=owner) as run_id:
        changes = read_changes(journal.since(moment, event))
        changed = find_changed(changes, list(policy().audiences))
        audit.begin("list_sync", "restore", SUBJECT, run_id=run_id, by=by)
        _end_work_of_the_backup(run_id)
        counts = _suppress(changes) | _apply_changes(changed) | _remember_added(changes, on)
        rewrite()
        with transaction("list_sync") as database:
            audited: dict[str, int | str] = {**counts, "backup_taken": backup_taken.isoformat(), "why": why}
            audit.append(database, "restored", SUBJECT, audited, run_id=run_id, at=utc_now(), by=by)
            runs.end(database, run_id, counts=counts)
    audit.anchor(restored={"backup_taken": backup_taken.isoformat(), "replayed_after_event": event or 0})
    return counts


def _since(backup_taken: date, *, unnoticed: bool) -> tuple[datetime, int | None, datetime]:
    """Return the moment and the event from which the journal is read, and up to when the database knows everything.

    That moment is the database's newest event, or the beginning of the given day if it has no event.
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


def _require_whole_journal(knows_up_to: datetime, *, accept_gap: bool) -> None:
    begins = journal.begins()
    if accept_gap or (begins is not None and begins <= knows_up_to):
        return
    since = f"begins on {begins.astimezone(HELSINKI):%Y-%m-%d}" if begins else "is not there"
    raise Held(
        f"the journal {since}, after the backup: anyone who left before that would be listed again. Restore a "
        "newer backup, or put the journal back; the runbook says what --accept-gap asks of you",
        runbook="restore",
    )


def _end_work_of_the_backup(run_id: int) -> None:
    """End the runs, plans and sheets that were open when the backup was taken, and empty staging."""
    extract.clear()
    at = utc_now()
    by_sheets = [name for name, target in policy().targets.items() if capabilities_of(target).needs_person]
    with transaction("list_sync") as database:
        database.execute("restore/abandon_runs", run_id=run_id, at=at)
        database.execute("restore/supersede_plans")
        database.execute("restore/supersede_sheets")
        database.execute("restore/forget_exports", targets=by_sheets, at=at, run_id=run_id)
        database.rows("restore/skip_numbers", by=NUMBERS_SKIPPED)
    clear(run_id)


def _suppress(changes: Changes) -> dict[str, int]:
    new = ended = 0
    with transaction("list_sync") as database:
        for entry, digests in group_suppressions(changes.suppressed):
            for part in _parts(digests):
                rows = database.rows(
                    "suppression/record", digests=part, key_version=entry.key, form_version=entry.form,
                    scope=entry.scope, reason=entry.reason, recorded_on=entry.on,
                )  # fmt: skip
                new += len(rows)
    with transaction("rights") as database:
        for scope, key, digest in changes.ended:
            ended += database.execute("restore/unsuppress", digests=[digest], key=key, scope=scope)
    return {"suppressed": new, "ended": ended}


def _apply_changes(changed: ChangedIds) -> dict[str, int]:
    """Mark addresses as absent or present, ask for their removal from lists, and delete those that had been deleted."""
    with transaction("loader") as database:
        for part in _parts(list(changed.not_brought.items())):
            database.execute("restore/mark_unseen", **_columns(part))
        for ids in _parts(changed.present):
            database.execute("restore/mark_present", ids=ids)
    with transaction("list_sync") as database:
        absent = {address_id for address_id, change in changed.not_brought.items() if change.absent is not None}
        for ids in _parts(sorted({*absent, *changed.suppressed})):
            database.execute("restore/ask_removals", ids=ids, at=utc_now())
        for ids in _parts(changed.deleted):
            database.execute("restore/forget_listed", ids=ids)
    deleted = 0
    for ids in _parts(changed.deleted):
        with transaction("retention") as database:
            deleted += database.execute("restore/delete_addresses", ids=ids)
    return {"deleted": deleted, "not_brought": len(changed.not_brought), "present": len(changed.present)}


def _remember_added(changes: Changes, on: date) -> dict[str, int]:
    """Remember the addresses that were added since the backup, so that the next sync knows them as ours."""
    groups: dict[tuple[str, int], list[bytes]] = {}
    for audience, key, digest in changes.new:
        groups.setdefault((audience, key), []).append(digest)
    for (audience, key), digests in groups.items():
        for part in _parts(digests):
            with transaction("list_sync") as database:
                database.execute("restore/remember_added", digests=part, key=key, audience=audience, on=on)
    return {"added_since_backup": len(changes.new)}


def _columns(part: Sequence[tuple[int, Change]]) -> dict[str, list[object]]:
    return {
        "ids": [address_id for address_id, _ in part],
        "since": [change.since for _, change in part],
        "absent": [change.absent for _, change in part],
    }


def _parts(everything: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(everything), IDS_PER_STATEMENT):
        yield everything[start : start + IDS_PER_STATEMENT]
