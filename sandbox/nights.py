"""The first night and the ones after it. A night is one transaction: killed anywhere, it is played again the same."""

from __future__ import annotations

import secrets
import sqlite3
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from sandbox import keys, store, truth, ura, ura_view
from sandbox.crowd import crowd
from sandbox.faults import HEALTHY, Switches
from sandbox.home import Home, write_json
from sandbox.kasvucrm import drop as kasvucrm_drop
from sandbox.leaving import leave
from sandbox.manual_years import kept_by_hand
from sandbox.moves import Moves
from sandbox.office import FIRST, Office, named, names
from sandbox.population import populate
from sandbox.store import Night
from sandbox.world import World, meta, need, new_world, set_meta, sql

NEW_SHARE = 0.012
GONE_SHARE = 0.009
CHANGED_SHARE = 0.005
RETURNED_SHARE = 0.004
NARROWED_SHARE = 0.001
WIDENED_SHARE = 0.001
THINNED_SHARE = 0.002
LEFT_SHARE = 0.003

CREDENTIALS = (
    "kasvucrm_client_id",
    "kasvucrm_client_secret",
    "webropol_username",
    "webropol_password",
    "ura_sftp_username",
    "ura_sftp_password",
)


@dataclass(frozen=True)
class Kind:
    """What kind of world: whose systems they are; how many left while people kept the lists by hand, which nobody did
    where that is 0; whether KasvuCRM alone knows anybody."""

    office: str = FIRST
    manual_years: int = 0
    kasvucrm_only: bool = False


def create(
    home: Home,
    seed: int,
    addresses: int,
    today: date,
    ura_database: str | None,
    switches: Switches,
    kind: Kind,
) -> Night:
    """Make a world and its first night in `home`, whatever was there before; where that fails, nothing is left."""
    office = named(kind.office)
    _clear(home)
    night = Night(1, today, _fault_id(switches), {"new": addresses})
    try:
        with new_world(home) as db:
            set_meta(db, "seed", str(seed))
            for name in CREDENTIALS:
                set_meta(db, name, secrets.token_urlsafe(24))
            keys.make(home)
            _settle(db, kind.office, office)
            if ura_database:
                ura_view.prepare(db, ura_database)
            rng = _rng(seed, 1)
            if kind.kasvucrm_only:
                for batch in crowd(rng, office, addresses, today):
                    store.add(db, batch)
            else:
                store.add(db, populate(rng, addresses, 1, today, office, every_case=True))
            if kind.manual_years:
                night.changes["left"] = kind.manual_years
                night.changes["by hand"] = kept_by_hand(db, _rng(seed, 1, "by hand"), today, kind.manual_years)
            _remember_totals(db)
            _write(db, home, night, switches)
    except BaseException:
        _clear(home)
        raise
    _announce(home, night)
    return night


def advance(world: World, switches: Switches, ura_database: str | None = None) -> Night:
    """Play the next night: move the sources, let people leave, write the files, the view and the truth."""
    with world.writing() as db:
        if ura_database:
            ura_view.prepare(db, ura_database)
        last = store.last_night(db)
        number, today = last.number + 1, last.date + timedelta(days=1)
        seed = int(need(db, "seed"))
        _remember_totals(db)
        moves = Moves(db, _rng(seed, number), number, today)
        base = len(moves.candidates)
        changes = {
            "returned": moves.returned(_share(base, RETURNED_SHARE)),
            "narrowed": moves.narrowed(_share(base, NARROWED_SHARE)),
            "gone": moves.gone(_share(base, GONE_SHARE)),
            "changed": moves.changed(_share(base, CHANGED_SHARE)),
            "widened": moves.widened(_share(base, WIDENED_SHARE)),
            "thinned": moves.thinned(_share(base, THINNED_SHARE)),
            "new": moves.new(_share(base, NEW_SHARE)),
        }
        leavers = 0 if switches.mode("webropol") else _share(base, LEFT_SHARE)
        # A stream of its own: who leaves depends on the lists, and must not change who moves.
        changes["left"] = leave(db, _rng(seed, number, "left"), today, leavers, moves.moved)
        night = Night(number, today, _fault_id(switches), changes)
        _write(db, world.home, night, switches)
    _announce(world.home, night)
    return night


def heal(world: World, ura_database: str | None = None) -> Night:
    """The same night once more, without its fault: what was away comes back, and nobody moves."""
    with world.writing() as db:
        if ura_database:
            ura_view.prepare(db, ura_database)
        night = store.last_night(db)._replace(fault=None)
        _write(db, world.home, night, HEALTHY)
    _announce(world.home, night)
    return night


def _clear(home: Home) -> None:
    """Whatever office's world was there."""
    home.clear(drop.pattern for name in names() for drop in named(name).drops)


def _settle(db: sqlite3.Connection, name: str, office: Office) -> None:
    """What kind of office it is, and the lists that it has."""
    settings = {"office": name, "region_code": office.region.code, "region_name": office.region.name}
    for key, value in {**settings, "status_open": office.status.open}.items():
        set_meta(db, key, value)
    for listed, list_id in office.webropol.names.items():
        db.execute(sql("world/add_list"), (list_id, listed))


def _write(db: sqlite3.Connection, home: Home, night: Night, switches: Switches) -> None:
    store.record(db, night)
    set_meta(db, "fault", night.fault)
    ura.write_drop(db, home, night.date, switches)
    kasvucrm_drop.write_drop(db, home, night.date)
    if meta(db, "ura_database"):
        ura_view.fill(db, switches)
    truth.write(db, home, night, switches)


def _announce(home: Home, night: Night) -> None:
    """Say that the night is there, when all of it is."""
    write_json(home.night, {"night": night.number, "date": night.date.isoformat(), "fault": night.fault})


def _remember_totals(db: sqlite3.Connection) -> None:
    """KasvuCRM's total record counts are up to a day old: those of the evening before."""
    counts = store.counts(db)
    for entity in ("account", "contact"):
        set_meta(db, f"total_{entity}", str(counts.get(f"kasvucrm_{entity}s", 0)))


def _share(count: int, share: float) -> int:
    """That share of `count`, and at least one: each kind of change happens every night."""
    return max(1, round(count * share))


def _fault_id(switches: Switches) -> str | None:
    return switches.fault.id if switches.fault else None


def _rng(seed: int, night: int, stream: str = "sources") -> Random:
    # Seeded by text: the same numbers on every machine and version of Python.
    return Random(f"{seed}/{night}/{stream}")
