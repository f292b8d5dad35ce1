"""Alarms of the expiry: addresses that will be deleted because a source is broken, and addresses that cannot be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from email_registry import runs
from email_registry.boundaries.database import Database, transaction
from email_registry.errors import Held, RegistryError, contained
from email_registry.settings import policy


@contained
def alarms(audience: str, on: date) -> list[str]:
    """Return the alarms of an audience on a day, a sentence each."""
    with transaction("retention") as database:
        return alarms_in(database, audience, on)


@contained
def require_no_alarms(audience: str, on: date) -> None:
    """Held when there is an alarm, which is also mailed if the policy has `mail`. No other step depends on this one."""
    sentences = alarms(audience, on)
    if sentences:
        raise Held("; ".join(sentences) + _mail(audience, sentences), runbook="expiry-alarm")


def _mail(audience: str, sentences: Sequence[str]) -> str:
    """Mail the alarms. Returns what the message adds when that failed."""
    from email_registry.boundaries.mail import send  # an office without mail does not need what it imports

    text = "\n".join((*sentences, "", "What to do: docs/runbooks/expiry-alarm.md"))
    try:
        send(f"The registry's retention: {audience}", text)
    except RegistryError as error:
        return f" (not mailed: {error.message})"
    return ""


def alarms_in(database: Database, audience: str, on: date) -> list[str]:
    """Return the alarms inside a transaction."""
    sentences = (_near_deletion(database, audience, on), _still_listed(database, audience, on))
    return [sentence for sentence in sentences if sentence]


def _near_deletion(database: Database, audience: str, on: date) -> str | None:
    """Only a broken source lets an address come near, because whole sources prove an absence the same night."""
    retention, rules = policy().audiences[audience].retention, policy().expiry
    before = on - timedelta(days=retention.unseen_days - rules.alarm_days)
    row = database.one("expire/count_near_deletion", audience=audience, near_before=before)
    if not row["near"]:
        return None
    days = max((row["since"] + timedelta(days=retention.unseen_days) - on).days, 0)
    return (
        f"{audience}: {row['near']} addresses that no healthy source brings are deleted from {days} days on; "
        f"{_describe_sources(database, audience)}"
    )


def _describe_sources(database: Database, audience: str) -> str:
    """Name the sources that the last night did not get whole, each with the last night that did."""
    whole = {
        row["source"]: row["whole_on"] for row in database.rows("expire/find_last_whole_nights", audience=audience)
    }
    last = runs.last_night(database)
    sources = policy().sources_of(audience)
    behind = [name for name in sources if name not in whole or last is None or whole[name] < last]
    sentences = [f"{name} was {f'whole last on {whole[name]}' if name in whole else 'never whole'}" for name in behind]
    return ", ".join(sentences) or "every source is whole again, and the next night proves who is absent"


def _still_listed(database: Database, audience: str, on: date) -> str | None:
    retention = policy().audiences[audience].retention
    row = database.one(
        "expire/count_still_listed", audience=audience, absent_before=on - timedelta(days=retention.absent_days),
        unseen_before=on - timedelta(days=retention.unseen_days),
    )  # fmt: skip
    if not row["still_listed"]:
        return None
    targets = ", ".join(row["targets"])
    return (
        f"{audience}: {row['still_listed']} addresses are due and not deleted: no read, and no export, has shown "
        f"{targets} without them"
    )
