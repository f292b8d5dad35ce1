"""The list as it is, read whole into staging; and which desired addresses are suppressed, by id."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from typing import Any

from email_registry import suppression
from email_registry.addresses import canonical_form
from email_registry.boundaries.database import Database, transaction
from email_registry.errors import DeliveryFailed, RegistryError
from email_registry.settings import Target, policy, utc_now
from email_registry.sync.deliveries import Delivery, RestDelivery


def delivery_of(name: str, target: Target) -> Delivery:
    """The delivery that the policy gives the target."""
    return RestDelivery(name, target)


def read_list(run_id: int, reading: int, delivery: Delivery, audiences: Sequence[str]) -> int:
    """Stage every member, canonical, marked where suppressed for all of `audiences`. Returns how many."""
    with transaction("list_sync") as database:
        suppressed = suppression.load(database, audiences)
    members = 0
    for page in delivery.members():
        forms = [canonical_form(email or "") for email in page.emails.reveal()]
        rows = (
            (run_id, reading, member, form, all(suppressed.holds(audience, form) for audience in audiences))
            for member, form in zip(page.ids, forms, strict=True)
        )
        with transaction("list_sync") as database:
            members += database.copy("sync/copy_members", rows)
            database.execute("runs/beat", id=run_id, at=utc_now())
    return members


def hold_to_read(database: Database, run_id: int, reading: int, members: int) -> None:
    """DeliveryFailed where staging does not hold what was read: a database that crashed has emptied it."""
    staged = int(database.one("sync/count_members", run_id=run_id, reading=reading)["members"])
    if staged != members:
        raise DeliveryFailed(
            f"{members} members were read, {staged} are staged; nothing was changed. The database lost its staging: "
            "sync again",
            runbook="staging-lost",
        )


def note_suppressed(run_id: int, audiences: Sequence[str]) -> None:
    """Stage the ids of the registry's addresses that are suppressed: the key never enters SQL."""
    with transaction("list_sync") as database:
        suppressed = suppression.load(database, audiences)
        database.execute("sync/clear_suppressed", run_id=run_id)
        if suppressed.empty:
            return
        ids: list[tuple[int, int]] = []
        for rows in database.stream("sync/read_addresses", audiences=list(audiences)):
            ids.extend((run_id, row.id) for row in rows if suppressed.holds(row.audience, row.email))
        database.copy("sync/copy_suppressed", ids)


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


def observe(database: Database, run_id: int, reading: int, name: str) -> None:
    """Set `seen` from a complete read, and be done with those that were asked to go and are gone."""
    these = {"run_id": run_id, "reading": reading, "target": name}
    database.execute("sync/observe_seen", **these, at=utc_now())
    database.execute("sync/observe_removed", **these)
