"""Read a whole list into staging, and stage the ids of the suppressed addresses of the registry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from typing import Any

from email_registry import suppression
from email_registry.addresses import canonical_column
from email_registry.boundaries.copy_format import copy_block
from email_registry.boundaries.database import Database, transaction
from email_registry.deliveries import Delivery, Members
from email_registry.errors import DeliveryFailed, RegistryError
from email_registry.privacy import AddressColumn
from email_registry.settings import Target, policy, utc_now
from email_registry.suppression import Suppressions

# A run may stage several reads of its list, by these numbers.
REPEATED_READ = 0  # read again just before an old plan is applied
PLANNED_READ = 1  # the read that the plan was made from
READ_BACK = 2  # the read after the plan was applied


def read_list(run_id: int, reading: int, delivery: Delivery, audiences: Sequence[str]) -> int:
    """Stage every member by canonical address. Returns how many.

    Members who are suppressed for all of `audiences` are marked. So are those whom a restored registry does not know
    any more: they are ours, and are removed unless they are desired.
    """
    with transaction("list_sync") as database:
        suppressed = suppression.load(database, audiences)
        added = suppression.added_since_backup(database, audiences)
    members = 0
    for page in delivery.members():
        with transaction("list_sync") as database:
            block = _copy_block_of(run_id, reading, page, suppressed, added, audiences)
            members += database.copy_blocks("sync/copy_members", [block])
            database.execute("runs/beat", id=run_id, at=utc_now())
    return members


def _copy_block_of(
    run_id: int,
    reading: int,
    page: Members,
    suppressed: Suppressions,
    added: Suppressions,
    audiences: Sequence[str],
) -> bytes:
    """Return a page in COPY's text format: run, reading, member id, canonical address, mark."""
    import pyarrow as pa

    forms = canonical_column(page.emails)
    marked = set.intersection(*(set(suppressed.among(audience, forms)) for audience in audiences))
    marked = marked.union(*(added.among(audience, forms) for audience in audiences))
    marks = pa.array(["t" if row in marked else "f" for row in range(len(forms))], pa.string())
    return copy_block(f"{run_id}\t{reading}", pa.array(page.ids, pa.string()), forms.arrow(), marks)


def require_staged_members(database: Database, run_id: int, reading: int, members: int) -> None:
    """DeliveryFailed when staging lacks members that were read, because a crash of the database empties it."""
    staged = int(database.one("sync/count_members", run_id=run_id, reading=reading)["members"])
    if staged != members:
        raise DeliveryFailed(
            f"{members} members were read, {staged} are staged; nothing was changed. The database lost its staging: "
            "sync again",
            runbook="staging-lost",
        )


def stage_believed(run_id: int, name: str) -> int:
    """Stage the members that the list has by its sheets and its last export. Returns how many."""
    with transaction("list_sync") as database:
        return database.execute("sync/stage_believed", run_id=run_id, target=name)


def note_suppressed(run_id: int, audiences: Sequence[str]) -> None:
    """Stage the ids of the registry's addresses that are suppressed. The key of the hashes never enters SQL.

    The id 0, which no address has, is staged as well. It tells `require_staged_suppressions` that the ids are still
    staged, even if there are none.
    """
    with transaction("list_sync") as database:
        suppressed = suppression.load(database, audiences)
        database.execute("sync/clear_suppressed", run_id=run_id)
        ids = [(run_id, 0)]
        pages = () if suppressed.empty else database.stream("sync/read_addresses", audiences=list(audiences))
        for page in pages:
            for audience in audiences:
                rows = [row for row in page if row.audience == audience]
                numbers = suppressed.among(audience, AddressColumn(row.email for row in rows))
                ids.extend((run_id, rows[number].id) for number in numbers)
        database.copy("sync/copy_suppressed", ids)


def require_staged_suppressions(database: Database, run_id: int) -> None:
    """DeliveryFailed when the database has crashed since, because suppressed people would look desired."""
    if not database.one("sync/check_staged_suppressions", run_id=run_id)["staged"]:
        raise DeliveryFailed(
            "the database lost its staging since the list was read; the rest was not done: sync again",
            runbook="staging-lost",
        )


@contextmanager
def cleared_on_failure(run_id: int) -> Iterator[None]:
    """Empty this run's part of staging when the block fails. If the database failed, the next run empties it."""
    try:
        yield
    except Exception:
        with suppress(RegistryError):  # the first error is the one to report
            clear(run_id)
        raise


def clear(run_id: int) -> None:
    """Empty this run's part of staging."""
    with transaction("list_sync") as database:
        database.execute("sync/clear_members", run_id=run_id)
        database.execute("sync/clear_suppressed", run_id=run_id)


def desired_terms(target: Target, on: date) -> Mapping[str, Any]:
    """Return the parameters of `registry.desired`: the audiences, and for each the oldest day that may be unseen."""
    return {
        "audiences": list(target.audiences),
        "oldest": [on - timedelta(days=policy().audiences[name].retention.unseen_days) for name in target.audiences],
    }


def refused_before(on: date) -> date:
    """Return the date after which a refusal still counts: such an address is not asked for again yet."""
    return on - timedelta(days=policy().sync.ask_again_days)


def observe(database: Database, run_id: int, reading: int, name: str) -> None:
    """Note who is on the list by a complete read, and forget those whose removal was asked and who are off it."""
    parameters = {"run_id": run_id, "reading": reading, "target": name}
    database.execute("sync/observe_seen", **parameters, at=utc_now())
    database.execute("sync/observe_removed", **parameters)
