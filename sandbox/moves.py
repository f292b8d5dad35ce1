"""What changes in the sources from one night to the next. Each address is moved at most once a night."""

from __future__ import annotations

import sqlite3
from datetime import date
from random import Random
from typing import NamedTuple

from sandbox.addresses import Address, make_company, make_person, spell
from sandbox.office import office_of
from sandbox.population import SOURCES, Batch, populate
from sandbox.rows import URA_SOURCES, CrmRow, Row, UraRow, eligible_row, ended
from sandbox.store import add, next_address
from sandbox.vocabulary import PERSON_DOMAIN
from sandbox.world import sql


class _Candidate(NamedTuple):
    address_id: int
    person_rows: int
    company_rows: int


class Moves:
    """Tonight's moves in the sources of one world, decided by `rng`."""

    def __init__(self, db: sqlite3.Connection, rng: Random, night: int, today: date) -> None:
        self.db, self.rng, self.night, self.today = db, rng, night, today
        self.office = office_of(db)
        self.candidates = [_Candidate(*row) for row in db.execute(sql("moves/candidates"))]
        self.moved: set[int] = set()

    def gone(self, count: int) -> int:
        """Addresses that disappear from every source."""
        chosen = self._pick(self.candidates, count)
        for candidate in chosen:
            self._end(candidate.address_id, self._eligible_rows(candidate.address_id))
        return len(chosen)

    def narrowed(self, count: int) -> int:
        """Addresses in both audiences that disappear from one: they stay on the joint list."""
        chosen = self._pick([c for c in self.candidates if c.person_rows and c.company_rows], count)
        for candidate in chosen:
            audience = self.rng.choice(("person", "company"))
            rows = [row for row in self._eligible_rows(candidate.address_id) if row[2] == audience]
            self._end(candidate.address_id, rows)
        return len(chosen)

    def thinned(self, count: int) -> int:
        """Addresses that lose one row and keep another of the same audience: nothing changes for the lists."""
        chosen = self._pick([c for c in self.candidates if max(c.person_rows, c.company_rows) > 1], count)
        for candidate in chosen:
            audience = "person" if candidate.person_rows > 1 else "company"
            rows = [row for row in self._eligible_rows(candidate.address_id) if row[2] == audience]
            source, row_id, _ = self.rng.choice(rows)
            self._delete(source, row_id)
        return len(chosen)

    def changed(self, count: int) -> int:
        """Addresses that are corrected: the old form is gone, a new one stands in the same rows."""
        chosen = self._pick(self.candidates, count)
        for candidate in chosen:
            old = self._address(candidate.address_id)
            make = make_person if old.a_domain.endswith(PERSON_DOMAIN) else make_company
            new = make(self.rng, next_address(self.db))
            add(self.db, Batch([new], []))
            for source, row_id, _ in self._eligible_rows(old.id):
                row = self._row(source, row_id)
                text = spell(self.rng, new)
                if isinstance(row, UraRow):
                    changed: Row = row._replace(sahkoposti=text, address_id=new.id)
                else:
                    version = row.versionnumber + 1
                    changed = row._replace(emailaddress1=text, address_id=new.id, versionnumber=version)
                self._replace(row_id, changed)
            self.db.execute(sql("moves/forget_gone"), (old.id,))  # a form that was corrected does not return
        return len(chosen)

    def returned(self, count: int) -> int:
        """Addresses that were gone from a source and are there again, perhaps spelled otherwise."""
        sources: dict[int, list[str]] = {}
        for address_id, source in self.db.execute(sql("moves/returnable")):
            sources.setdefault(address_id, []).append(source)
        chosen = self._pick([_Candidate(address_id, 0, 0) for address_id in sources], count)
        for candidate in chosen:
            self.db.execute(sql("moves/forget_gone"), (candidate.address_id,))
            for source in sources[candidate.address_id]:
                self._place(source, self._address(candidate.address_id))
        return len(chosen)

    def widened(self, count: int) -> int:
        """Persons who become companies too."""
        chosen = self._pick([c for c in self.candidates if not c.company_rows], count)
        for candidate in chosen:
            self._place(self.rng.choice(SOURCES[1:]), self._address(candidate.address_id))
        return len(chosen)

    def new(self, count: int) -> int:
        """Addresses never seen before, with their share of all that a population has around them."""
        add(self.db, populate(self.rng, count, next_address(self.db), self.today, self.office))
        return count

    def _pick(self, candidates: list[_Candidate], count: int) -> list[_Candidate]:
        free = [candidate for candidate in candidates if candidate.address_id not in self.moved]
        chosen = self.rng.sample(free, min(count, len(free)))
        self.moved.update(candidate.address_id for candidate in chosen)
        return chosen

    def _eligible_rows(self, address_id: int) -> list[tuple[str, int | str, str]]:
        return self.db.execute(sql("moves/eligible_rows"), (address_id,)).fetchall()

    def _address(self, address_id: int) -> Address:
        return Address(*self.db.execute(sql("moves/address"), (address_id,)).fetchone())

    def _row(self, source: str, row_id: int | str) -> Row:
        if source in URA_SOURCES:
            return UraRow(*self.db.execute(sql("moves/ura_row"), (row_id,)).fetchone())
        return CrmRow(*self.db.execute(sql("moves/crm_row"), (source, row_id)).fetchone())

    def _place(self, source: str, address: Address) -> None:
        row = eligible_row(self.rng, self.office, source, spell(self.rng, address), address.id, self.today)
        add(self.db, Batch([], [row]))

    def _end(self, address_id: int, rows: list[tuple[str, int | str, str]]) -> None:
        """Half of the rows go, half stay and no longer count."""
        for source, row_id, _ in rows:
            if self.rng.random() < 0.5:
                self._delete(source, row_id)
            else:
                self._replace(row_id, ended(self.rng, self.office, self._row(source, row_id)))
            self.db.execute(sql("moves/remember_gone"), (address_id, source, self.night))

    def _delete(self, source: str, row_id: int | str) -> None:
        if source in URA_SOURCES:
            self.db.execute(sql("moves/delete_ura_row"), (row_id,))
        else:
            self.db.execute(sql("moves/delete_crm_row"), (source, row_id))

    def _replace(self, row_id: int | str, row: Row) -> None:
        if isinstance(row, UraRow):
            self.db.execute(sql("moves/change_ura_row"), (*row, row_id))
        else:
            self.db.execute(sql("moves/delete_crm_row"), (row.entity, row_id))
            self.db.execute(sql("world/add_crm_row"), row)
