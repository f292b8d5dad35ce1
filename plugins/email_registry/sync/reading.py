"""The list as it is, read whole into staging; and which desired addresses are suppressed, by id."""

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


def read_list(run_id: int, reading: int, delivery: Delivery, audiences: Sequence[str]) -> int:
    """Stage every member, canonical, marked where suppressed for all of `audiences`. Returns how many.

    Marked as well are those whom a restored registry has forgotten: ours, and taken off where nobody desires them.
    """
    with transaction("list_sync") as database:
        suppressed = suppression.load(database, audiences)
        forgotten = suppression.forgotten(database, audiences)
    members = 0
    for page in delivery.members():
        with transaction("list_sync") as database:
            block = _staged(run_id, reading, page, suppressed, forgotten, audiences)
            members += database.copy_blocks("sync/copy_members", [block])
            database.execute("runs/beat", id=run_id, at=utc_now())
    return members


def _staged(
    run_id: int,
    reading: int,
    page: Members,
    suppressed: Suppressions,
    forgotten: Suppressions,
    audiences: Sequence[str],
) -> bytes:
    """A page in COPY's text format: run, reading, member id, canonical address, suppressed."""
    import pyarrow as pa

    forms = canonical_column(page.emails)
    held = set.intersection(*(set(suppressed.among(audience, forms)) for audience in audiences))
    held = held.union(*(forgotten.among(audience, forms) for audience in audiences))
    marks = pa.array(["t" if row in held else "f" for row in range(len(forms))], pa.string())
    return copy_block(f"{run_id}\t{reading}", pa.array(page.ids, pa.string()), forms.arrow(), marks)


def hold_to_read(database: Database, run_id: int, reading: int, members: int) -> None:
    """DeliveryFailed where staging does not hold what was read: a database that crashed has emptied it."""
    staged = int(database.one("sync/count_members", run_id=run_id, reading=reading)["members"])
    if staged != members:
        raise DeliveryFailed(
            f"{members} members were read, {staged} are staged; nothing was changed. The database lost its staging: "
            "sync again",
            runbook="staging-lost",
        )


def stage_believed(run_id: int, name: str) -> int:
    """Stage whom the list holds as far as its sheets and its last export say. Returns how many."""
    with transaction("list_sync") as database:
        return database.execute("sync/stage_believed", run_id=run_id, target=name)


def note_suppressed(run_id: int, audiences: Sequence[str]) -> None:
    """Stage the ids of the registry's addresses that are suppressed: the key never enters SQL.

    And the id 0, which is nobody's: by it `hold_to_suppressed` knows that they are still staged, were it nobody.
    """
    with transaction("list_sync") as database:
        suppressed = suppression.load(database, audiences)
        database.execute("sync/clear_suppressed", run_id=run_id)
        ids = [(run_id, 0)]
        everybody = () if suppressed.empty else database.stream("sync/read_addresses", audiences=list(audiences))
        for rows in everybody:
            for audience in audiences:
                these = [row for row in rows if row.audience == audience]
                held = suppressed.among(audience, AddressColumn(row.email for row in these))
                ids.extend((run_id, these[row].id) for row in held)
        database.copy("sync/copy_suppressed", ids)


def hold_to_suppressed(database: Database, run_id: int) -> None:
    """DeliveryFailed where the database crashed since: whoever is suppressed would pass for desired."""
    if not database.one("sync/holds_suppressed", run_id=run_id)["there"]:
        raise DeliveryFailed(
            "the database lost its staging since the list was read; the rest was not done: sync again",
            runbook="staging-lost",
        )


@contextmanager
def cleared_on_failure(run_id: int) -> Iterator[None]:
    """Empty this run's part of staging where the block fails. Where the database is what failed, the next run does."""
    try:
        yield
    except Exception:
        with suppress(RegistryError):  # the first error is the one to tell
            clear(run_id)
        raise


def clear(run_id: int) -> None:
    """Empty this run's part of staging."""
    with transaction("list_sync") as database:
        database.execute("sync/clear_members", run_id=run_id)
        database.execute("sync/clear_suppressed", run_id=run_id)


def desired_terms(target: Target, on: date) -> Mapping[str, Any]:
    """The parameters by which SQL knows whom the target is for: audiences, and since when unseen is too long."""
    return {
        "audiences": list(target.audiences),
        "oldest": [on - timedelta(days=policy().audiences[name].retention.unseen_days) for name in target.audiences],
    }


def refused_before(on: date) -> date:
    """An address that was refused after this date is not asked for again yet."""
    return on - timedelta(days=policy().sync.ask_again_days)


def observe(database: Database, run_id: int, reading: int, name: str) -> None:
    """Set `seen` from a complete read, and be done with those that were asked to go and are gone."""
    these = {"run_id": run_id, "reading": reading, "target": name}
    database.execute("sync/observe_seen", **these, at=utc_now())
    database.execute("sync/observe_removed", **these)
