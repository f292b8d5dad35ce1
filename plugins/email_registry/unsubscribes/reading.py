"""Reads who unsubscribed at Webropol: answers to the survey, and exports (Do-Not-Contact, Invalid) dropped as files."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from email_registry import audit, runs, suppression
from email_registry.addresses import canonical_column
from email_registry.boundaries.database import Database, locked, transaction
from email_registry.boundaries.files import file_work
from email_registry.deliveries import folder_of, read_export
from email_registry.errors import DeliveryFailed, Held, contained
from email_registry.lists import release_withheld
from email_registry.runs import RunKind
from email_registry.settings import policy, utc_now
from email_registry.suppression import Reason
from email_registry.unsubscribes.survey import read_answers

SUBJECT = "webropol"
FOLDER = "unsubscribes"
REASONS: Mapping[str, Reason] = {"do-not-contact": Reason.DO_NOT_CONTACT, "invalid": Reason.INVALID}
EMAILS_PER_QUERY = 10_000


class Unsubscribes(NamedTuple):
    """Canonical addresses of people who unsubscribed, and when they did so at the latest; None where nothing tells."""

    emails: list[str]
    at: list[datetime | None]


@contained
def read_unsubscribes(on: date, *, owner: str, accept: str | None = None) -> Mapping[str, int]:
    """Suppress everyone who unsubscribed, for both audiences.

    Returns how many came by the survey (survey) and by files (do_not_contact, invalid), and how many suppressions are
    new; lists_known, where a Do-Not-Contact export was read, is the number of adopted lists that no longer withhold
    anybody. An unsubscribe that is older than a withdrawal of the same person does not count. Exports are deleted once
    they are read. Held where an export would suppress more of the registry than the policy lets go at once, unless
    `accept` is its digest: an export of a whole list, dropped by mistake, looks like that.
    """
    with runs.running("list_sync", RunKind.UNSUBSCRIBES, SUBJECT, on, owner=owner) as run_id:
        counts = {"survey": 0, "do_not_contact": 0, "invalid": 0, "new": 0}
        answers, read = _read_survey(_first_day()), []
        with locked("list_sync", "unsubscribes", SUBJECT) as database:
            withdrawals = suppression.withdrawals(database)
            for page in answers:
                counts["survey"] += len(page.emails)
                counts["new"] += _suppress(database, page, Reason.LEFT, on, withdrawals)
            for path, reason in _find_exports():
                unsubscribes = _read_export(path)
                _require_plausible(database, path, unsubscribes.emails, accept)
                counts[reason] += len(unsubscribes.emails)
                counts["new"] += _suppress(database, unsubscribes, reason, on, withdrawals)
                read.append(path)
            if any(path.name.startswith("do-not-contact") for path in read):
                counts["lists_known"] = release_withheld(
                    database, by="export", why="the Do-Not-Contact export was read"
                )
            audit.append(database, "unsubscribes", SUBJECT, counts, run_id=run_id, at=utc_now())
            runs.end(database, run_id, counts=counts)
    for path in read:
        file_work(path, path.unlink, DeliveryFailed)
    audit.anchor()
    return counts


def _first_day() -> date | None:
    """The day from which answers are asked for: the one before the last reading; None where there was no reading."""
    with transaction("list_sync") as database:
        row = database.row("unsubscribes/find_last_reading", subject=SUBJECT)
    return None if row is None else row["business_date"] - timedelta(days=1)


def _read_survey(since: date | None) -> list[Unsubscribes]:
    survey = policy().unsubscribes.survey
    if survey is None:
        return []
    pages = read_answers(str(survey), since)
    return [_unsubscribes(canonical_column(page.emails).reveal(), page.given_at) for page in pages]


def _find_exports() -> list[tuple[Path, Reason]]:
    """The exports that a person dropped, each with the reason that its name begins with. Held for any other file."""
    if policy().unsubscribes.email is None:
        return []
    folder = folder_of(FOLDER)
    files = sorted(path for path in folder.glob("*") if path.suffix.lower() in (".xlsx", ".csv"))
    named = [(path, reason) for path in files for prefix, reason in REASONS.items() if path.name.startswith(prefix)]
    if len(named) < len(files):
        raise Held(
            f"the folder {folder} has {len(files) - len(named)} files whose names begin with neither of "
            f"{', '.join(REASONS)}: rename or remove them",
            runbook="sheets",
        )
    return named


def _read_export(path: Path) -> Unsubscribes:
    """Read an export. It tells who had unsubscribed when its file was made."""
    heading = policy().unsubscribes.email
    assert heading is not None  # noqa: S101  _find_exports asks for it
    made_at = datetime.fromtimestamp(file_work(path, path.stat, DeliveryFailed).st_mtime, UTC)
    forms = [form for page in read_export(path, heading) for form in canonical_column(page.emails).reveal()]
    return _unsubscribes(forms, [made_at] * len(forms))


def _unsubscribes(forms: Sequence[str | None], at: Sequence[datetime | None]) -> Unsubscribes:
    """Leave out what is not an address."""
    pairs = [(form, moment) for form, moment in zip(forms, at, strict=True) if form]
    return Unsubscribes([form for form, _ in pairs], [moment for _, moment in pairs])


def _require_plausible(database: Database, path: Path, emails: Sequence[str], accept: str | None) -> None:
    known = sum(
        int(database.one("unsubscribes/count_known", emails=list(emails[start : start + EMAILS_PER_QUERY]))["known"])
        for start in range(0, len(emails), EMAILS_PER_QUERY)
    )
    size, rules = int(database.one("unsubscribes/count_registry")["addresses"]), policy().sync.removals
    if not rules.is_exceeded_by(known, size):
        return
    digest = file_work(path, lambda: hashlib.sha256(path.read_bytes()).hexdigest()[:12], DeliveryFailed)
    if digest != accept:
        raise Held(
            f"an export in {path.parent} names {known} of the registry's {size} addresses, above {rules.share:.0%} and "
            f"{rules.floor}; nobody was suppressed. If it is right: "
            f"`./registry list read-unsubscribes --accept {digest}`",
            runbook="sheets",
        )


def _suppress(
    database: Database, unsubscribes: Unsubscribes, reason: Reason, on: date, withdrawals: suppression.Withdrawals
) -> int:
    """Suppress them, except in a scope in which they withdrew an objection since. Returns how many are new."""
    by_scope: dict[str, list[str]] = {}
    for email, at in zip(unsubscribes.emails, unsubscribes.at, strict=True):
        for scope in withdrawals.scopes_left(email, at):
            by_scope.setdefault(scope, []).append(email)
    return sum(suppression.record(database, emails, scope, reason, on) for scope, emails in by_scope.items())
