"""The years in which people kept the lists by hand: whom they put there, how they spelled them, and who left.

Who left is in the sources still, and on no list; Webropol's Do-Not-Contact list alone tells of them. Whom nobody had
put there yet looks the same from outside.
"""

from __future__ import annotations

import json
import sqlite3
from datetime import date, timedelta
from random import Random

from sandbox.addresses import Address, make_company, make_person, nfd, plain, title_case, u_label, upper_case
from sandbox.errors import SandboxError
from sandbox.office import office_of
from sandbox.population import Batch
from sandbox.rows import guid
from sandbox.store import add, next_address
from sandbox.vocabulary import PERSON_DOMAIN
from sandbox.world import sql

FORGOTTEN_SHARE = 0.03
OTHERWISE_SHARE = 0.08
ENDED_SHARE = 0.5
UNKNOWN_SHARE = 0.005
YEARS = 4
SPELLINGS = (title_case, upper_case, u_label, nfd)


def kept_by_hand(db: sqlite3.Connection, rng: Random, today: date, left: int) -> int:
    """Let `left` people have left, and fill every list as people would have. Returns how many are on a list."""
    everybody = _addresses(db, "by_hand/everybody", json.dumps(["person", "company"]))
    if left > len(everybody) // 2:
        raise SandboxError(f"of {len(everybody)} no more than half can have left: fewer --manual-years")
    ended = _addresses(db, "by_hand/ended")
    _leave(db, rng, today, rng.sample(everybody, left))
    strangers = rng.sample(ended, int(len(ended) * ENDED_SHARE)) + _unknown(db, rng, len(everybody))
    return sum(_fill(db, rng, found.id, found.audiences, strangers) for found in office_of(db).webropol.lists.values())


def _leave(db: sqlite3.Connection, rng: Random, today: date, leavers: list[Address]) -> None:
    for leaver in leavers:
        day = today - timedelta(days=rng.randrange(30, YEARS * 365))
        db.execute(sql("moves/leave"), (day.isoformat(), leaver.id))
        db.execute(sql("by_hand/spell"), (leaver.id, _spelled(rng, leaver)))


def _unknown(db: sqlite3.Connection, rng: Random, everybody: int) -> list[Address]:
    """People in no system at all: somebody asked for the bulletin by telephone."""
    first = next_address(db)
    numbers = range(first, first + max(2, int(everybody * UNKNOWN_SHARE)))
    unknown = [rng.choice((make_person, make_company))(rng, number) for number in numbers]
    add(db, Batch(unknown, []))
    return unknown


def _fill(
    db: sqlite3.Connection, rng: Random, list_id: str, audiences: tuple[str, ...], strangers: list[Address]
) -> int:
    theirs = [one for one in strangers if _audience(one) in audiences]
    known = [
        one for one in _addresses(db, "by_hand/everybody", json.dumps(audiences)) if rng.random() >= FORGOTTEN_SHARE
    ]
    members = [(one, False) for one in known] + [(one, True) for one in theirs]
    rng.shuffle(members)
    for one, stranger in members:
        email = _spelled(rng, one)
        db.execute(sql("by_hand/keep"), (list_id, one.id, email, email.casefold(), stranger))
        db.execute(sql("webropol/add"), (guid(rng), list_id, email, email.casefold()))
    return len(members)


def _audience(address: Address) -> str:
    return "person" if address.a_domain.endswith(PERSON_DOMAIN) else "company"


def _spelled(rng: Random, address: Address) -> str:
    return (rng.choice(SPELLINGS) if rng.random() < OTHERWISE_SHARE else plain)(address)


def _addresses(db: sqlite3.Connection, statement: str, *bound: str) -> list[Address]:
    return [Address(*row) for row in db.execute(sql(statement), bound)]
