"""The truth: who should be on each list after tonight's sync, and whether they are.

`truth/<list>.txt` says what a healthy night makes of the list; `truth/held.json` says what tonight's fault forbids.
Whom people put there in the manual years stays as they spelled them, and stays at all where no system knows them.
"""

from __future__ import annotations

import json
import sqlite3
from typing import NamedTuple

from sandbox.errors import SandboxError
from sandbox.faults import Switches
from sandbox.home import Home, replacing, write_json
from sandbox.office import Office, office_of
from sandbox.store import Night
from sandbox.world import sql

AUDIENCE_OF_SOURCE = {"ura_persons": "person", "ura_companies": "company", "kasvucrm_companies": "company"}


class Comparison(NamedTuple):
    """One list beside its truth: counts only. `extra`: who should not be there, and whoever is there once too often."""

    name: str
    list_id: str
    members: int
    expected: int
    missing: int
    extra: int

    @property
    def equal(self) -> bool:
        return not self.missing and not self.extra


def write(db: sqlite3.Connection, home: Home, night: Night, switches: Switches) -> None:
    """Write the truth of each list, and what is held tonight."""
    office = office_of(db)
    for name, found in office.webropol.lists.items():
        with replacing(home.truth / f"{name}.txt") as draft, draft.open("w", encoding="utf-8") as lines:
            rows = db.execute(sql("world/truth"), {"list": found.id, "audiences": json.dumps(found.audiences)})
            lines.writelines(f"{email}\n" for (email,) in rows)
    write_json(home.truth / "held.json", unreachable_truth(office, night, switches))


def unreachable_truth(office: Office, night: Night, switches: Switches) -> dict[str, object]:
    """What cannot be made equal tonight on account of the fault.

    `audiences_frozen`: a source of theirs proves nothing, so nobody of theirs may be removed for absence.
    `lists_held`: lists that a frozen audience is on, or all of them while Webropol cannot be reached.
    """
    fault = switches.fault
    unproven = fault.unproven if fault else ()
    unreachable = bool(fault and fault.unreachable)
    lists = office.webropol.lists.items()
    frozen = {AUDIENCE_OF_SOURCE[source] for source in unproven}
    return {
        "night": night.number,
        "date": night.date.isoformat(),
        "fault": night.fault,
        "sources_unproven": sorted(unproven),
        "audiences_frozen": sorted(frozen),
        "webropol_unreachable": unreachable,
        "lists_held": sorted(name for name, one in lists if unreachable or frozen.intersection(one.audiences)),
    }


def compare(db: sqlite3.Connection, home: Home) -> list[Comparison]:
    """Each list at Webropol against its truth, spelling for spelling. SandboxError where there is no truth."""
    comparisons = []
    for name, found in office_of(db).webropol.lists.items():
        try:
            expected = set((home.truth / f"{name}.txt").read_text(encoding="utf-8").split("\n")) - {""}
        except FileNotFoundError:
            raise SandboxError(f"{home.truth} lacks the truth of {name}: make the world anew") from None
        actual = [email for (email,) in db.execute(sql("world/members"), (found.id,))]
        members = set(actual)
        comparisons.append(
            Comparison(
                name, found.id, len(actual), len(expected), len(expected - members),
                len(actual) - len(members & expected),
            )
        )  # fmt: skip
    return comparisons
