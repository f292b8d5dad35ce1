"""Those who said no at Webropol: answers to the survey, and Do-Not-Contact and Invalid exports dropped as files."""

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
from email_registry.settings import policy, utc_now
from email_registry.suppression import Reason
from email_registry.unsubscribes.survey import answers

SUBJECT = "webropol"
FOLDER = "leavers"
REASONS: Mapping[str, Reason] = {"do-not-contact": "do_not_contact", "invalid": "invalid"}
AT_ONCE = 10_000


class Said(NamedTuple):
    """Canonical addresses of those who said no, and when at the latest; None where nothing tells."""

    emails: list[str]
    at: list[datetime | None]


@contained
def read_leavers(on: date, *, owner: str, accept: str | None = None) -> Mapping[str, int]:
    """Suppress who left, for both audiences. Returns how many came by the survey and by files, and the new ones.

    Who took an objection back since they said so is left alone. Exports are deleted once they are read. Held where one
    would take away more of the registry than the policy lets go at once, unless `accept` is its digest: an export of a
    whole list, dropped by mistake, looks like that.
    """
    with runs.running("list_sync", "leavers", SUBJECT, on, owner=owner) as run_id:
        counts = {"survey": 0, "do_not_contact": 0, "invalid": 0, "new": 0}
        answered, read = _answered(_last_read()), []
        with locked("list_sync", "leavers", SUBJECT) as database:
            taken_back = suppression.withdrawals(database)
            for said in answered:
                _suppress(database, said, "left", "survey", counts, on, taken_back)
            for path, reason in _exports():
                said = _exported(path)
                _hold_plausible(database, path, said.emails, accept)
                _suppress(database, said, reason, reason, counts, on, taken_back)
                read.append(path)
            if any(path.name.startswith("do-not-contact") for path in read):
                counts["lists_known"] = release_withheld(
                    database, by="export", why="the Do-Not-Contact export was read"
                )
            audit.append(database, "leavers", SUBJECT, counts, run_id=run_id, at=utc_now())
            runs.end(database, run_id, counts=counts)
    for path in read:
        file_work(path, path.unlink, DeliveryFailed)
    audit.anchor()
    return counts


def _last_read() -> date | None:
    """The day from which answers are asked for: the one before the last reading."""
    with transaction("list_sync") as database:
        row = database.row("unsubscribes/last_leavers", subject=SUBJECT)
    return None if row is None else row["business_date"] - timedelta(days=1)


def _answered(since: date | None) -> list[Said]:
    survey = policy().leavers.survey
    if survey is None:
        return []
    return [_said(canonical_column(page.emails).reveal(), page.given_at) for page in answers(str(survey), since)]


def _exports() -> list[tuple[Path, Reason]]:
    """What a person dropped, by what its name begins with."""
    if policy().leavers.email is None:
        return []
    here = folder_of(FOLDER)
    found = sorted(path for path in here.glob("*") if path.suffix.lower() in (".xlsx", ".csv"))
    named = [(path, reason) for path in found for begin, reason in REASONS.items() if path.name.startswith(begin)]
    if len(named) < len(found):
        raise Held(
            f"the folder {here} holds {len(found) - len(named)} files whose names begin with neither of "
            f"{', '.join(REASONS)}: rename or remove them",
            runbook="sheets",
        )
    return named


def _exported(path: Path) -> Said:
    """An export says what was so when its file was made."""
    heading = policy().leavers.email
    assert heading is not None  # noqa: S101  asked by _exports
    made = datetime.fromtimestamp(file_work(path, path.stat, DeliveryFailed).st_mtime, UTC)
    forms = [form for page in read_export(path, heading) for form in canonical_column(page.emails).reveal()]
    return _said(forms, [made] * len(forms))


def _said(forms: Sequence[str | None], at: Sequence[datetime | None]) -> Said:
    both = [(form, moment) for form, moment in zip(forms, at, strict=True) if form]
    return Said([form for form, _ in both], [moment for _, moment in both])


def _hold_plausible(database: Database, path: Path, emails: Sequence[str], accept: str | None) -> None:
    held = sum(
        int(database.one("unsubscribes/count_known", emails=list(emails[start : start + AT_ONCE]))["known"])
        for start in range(0, len(emails), AT_ONCE)
    )
    size, rules = int(database.one("unsubscribes/count_registry")["addresses"]), policy().sync.removals
    if held <= rules.floor or held <= rules.share * size:
        return
    digest = file_work(path, lambda: hashlib.sha256(path.read_bytes()).hexdigest()[:12], DeliveryFailed)
    if digest != accept:
        raise Held(
            f"an export in {path.parent} names {held} of the registry's {size} addresses, above {rules.share:.0%} and "
            f"{rules.floor}; nobody was suppressed. If it is right: "
            f"`./registry list read-unsubscribes --accept {digest}`",
            runbook="sheets",
        )


def _suppress(
    database: Database,
    said: Said,
    reason: Reason,
    what: str,
    counts: dict[str, int],
    on: date,
    taken_back: suppression.Withdrawals,
) -> None:
    counts[what] += len(said.emails)
    by_scope: dict[str, list[str]] = {}
    for email, at in zip(said.emails, said.at, strict=True):
        for scope in taken_back.scopes_left(email, at):
            by_scope.setdefault(scope, []).append(email)
    for scope, emails in by_scope.items():
        counts["new"] += suppression.record(database, emails, scope, reason, on)
