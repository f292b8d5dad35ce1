"""People who unsubscribe at Webropol: off every list at once, for good, while the sources still have them.

Documented: Webropol's mails carry an unsubscribe link, and it keeps an organisation-wide Do-Not-Contact list.
The sandbox's own: that each of them is an answer to one survey.
"""

from __future__ import annotations

import sqlite3
from datetime import date, datetime, timedelta
from random import Random

from sandbox.office import office_of
from sandbox.rows import guid
from sandbox.world import sql


def leave(db: sqlite3.Connection, rng: Random, today: date, count: int, moved: set[int]) -> int:
    """Let up to `count` members leave, none of them in `moved`; returns how many did.

    Whoever is gone or corrected tonight is no longer `listed`, and a member who does not belong there is none
    whose departure could be told from a removal: neither can leave.
    """
    survey = office_of(db).webropol.unsubscribe.id
    members = [row for row in db.execute(sql("moves/leavable")) if row[0] not in moved]
    chosen = rng.sample(members, min(count, len(members)))
    moments = sorted(_yesterday(rng, today) for _ in chosen)
    for (address_id, canonical), moment in zip(chosen, moments, strict=True):
        db.execute(sql("moves/answer"), (survey, guid(rng), guid(rng), canonical, moment))
        db.execute(sql("moves/remove_member"), {"canonical": canonical, "address_id": address_id})
        db.execute(sql("moves/leave"), (today.isoformat(), address_id))
    return len(chosen)


def _yesterday(rng: Random, today: date) -> str:
    morning = datetime(today.year, today.month, today.day, 8) - timedelta(days=1)
    return f"{morning + timedelta(seconds=rng.randrange(12 * 3600)):%Y-%m-%dT%H:%M:%S}"
