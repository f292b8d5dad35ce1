"""What a person has to know: addresses that will go because a source is broken, and addresses that cannot go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from email_registry import runs
from email_registry.boundaries.database import Database, transaction
from email_registry.errors import Held, RegistryError, contained
from email_registry.settings import policy


@contained
def alarms(audience: str, on: date) -> list[str]:
    """Each in a sentence."""
    with transaction("retention") as database:
        return alarms_in(database, audience, on)


@contained
def hold_alarms(audience: str, on: date) -> None:
    """Held where there is something to tell, and mailed where the policy has `mail`; nothing depends on it."""
    told = alarms(audience, on)
    if told:
        raise Held("; ".join(told) + _mailed(audience, told), runbook="expiry-alarm")


def _mailed(audience: str, told: Sequence[str]) -> str:
    """What is added where it could not be mailed."""
    from email_registry.boundaries.mail import send  # what it imports is of no use to an office without mail

    text = "\n".join((*told, "", "What to do: docs/runbooks/expiry-alarm.md"))
    try:
        send(f"The registry's retention: {audience}", text)
    except RegistryError as error:
        return f" (not mailed: {error.message})"
    return ""


def alarms_in(database: Database, audience: str, on: date) -> list[str]:
    """The same, inside a transaction."""
    return [said for said in (_near(database, audience, on), _waiting(database, audience, on)) if said]


def _near(database: Database, audience: str, on: date) -> str | None:
    """Only a broken source lets somebody come near: where all are whole, an absence is proven the same night."""
    retention, rules = policy().audiences[audience].retention, policy().expiry
    before = on - timedelta(days=retention.unseen_days - rules.alarm_days)
    row = database.one("expire/near", audience=audience, near_before=before)
    if not row["near"]:
        return None
    left = max((row["since"] + timedelta(days=retention.unseen_days) - on).days, 0)
    return (
        f"{audience}: {row['near']} addresses that no healthy source brings are deleted from {left} days on; "
        f"{_broken(database, audience)}"
    )


def _broken(database: Database, audience: str) -> str:
    """The sources that the last night did not get whole, each with the last night that did."""
    whole = {row["source"]: row["whole_on"] for row in database.rows("expire/last_whole", audience=audience)}
    last = runs.last_night(database)
    sources = policy().sources_of(audience)
    behind = [name for name in sources if name not in whole or last is None or whole[name] < last]
    told = [f"{name} was {f'whole last on {whole[name]}' if name in whole else 'never whole'}" for name in behind]
    return ", ".join(told) or "every source is whole again, and the next night proves who is absent"


def _waiting(database: Database, audience: str, on: date) -> str | None:
    retention = policy().audiences[audience].retention
    row = database.one(
        "expire/waiting", audience=audience, absent_before=on - timedelta(days=retention.absent_days),
        unseen_before=on - timedelta(days=retention.unseen_days),
    )  # fmt: skip
    if not row["waiting"]:
        return None
    targets = ", ".join(row["targets"])
    return (
        f"{audience}: {row['waiting']} addresses are due and not deleted: no read, and no export, has shown "
        f"{targets} without them"
    )
