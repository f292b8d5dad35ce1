"""Who exists: addresses, and the rows that the systems hold about them, made from a seed.

Three in four addresses are persons' (URA), one in four companies' (URA only, KasvuCRM only, or both). Some people
are companies too. On top come what real registers hold: the same address twice in one source, its case twin,
blanks, NFD, a domain as U-label in one system and as A-label in the other; rows of other regions and ended
customerships; rows whose e-mail field holds no address at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from random import Random
from typing import NamedTuple, TypeVar

from sandbox.addresses import Address, make_company, make_person, plain, spell, title_case, u_label, upper_case
from sandbox.malformed import KINDS, malformed
from sandbox.office import FIRST, Office, named
from sandbox.rows import ENTITIES, Row, UraRow, eligible_row, ended
from sandbox.vocabulary import PERSON_DOMAIN

COMPANY_SHARE = 0.25
URA_ONLY_SHARE, CRM_ONLY_SHARE = 0.40, 0.35
CONTACT_SHARE = 0.4
PERSON_AND_COMPANY_SHARE = 0.02
DUPLICATE_SHARE = 0.04
TWIN_SHARE = 0.03
INELIGIBLE_SHARE = 0.12
ALSO_ENDED_SHARE = 0.01
MALFORMED_SHARE = 0.02
SOURCES = ("ura_persons", "ura_companies", *ENTITIES)
PIRKANMAA = named(FIRST)

T = TypeVar("T")


class Batch(NamedTuple):
    """Addresses and the rows about them, in the order in which the systems list them."""

    addresses: list[Address]
    rows: list[Row]


def populate(
    rng: Random, count: int, first_id: int, today: date, office: Office = PIRKANMAA, *, every_case: bool = False
) -> Batch:
    """Make `count` addresses that belong on a list, numbered from `first_id`, and everything around them.

    With `every_case` each awkward case is there at least once, however small the population; else each has its
    share, which in a small one may be none.
    """
    return _Maker(rng, office, today, least=int(every_case)).make(count, first_id)


class _Maker:
    def __init__(self, rng: Random, office: Office, today: date, least: int) -> None:
        self.rng, self.office, self.today, self.least = rng, office, today, least

    def make(self, count: int, first_id: int) -> Batch:
        rng = self.rng
        numbers = iter(range(first_id, first_id + 2 * count + 10))
        companies = self._share(count, COMPANY_SHARE)
        people = [make_person(rng, next(numbers)) for _ in range(count - companies)]
        firms = [make_company(rng, next(numbers)) for _ in range(companies)]
        strangers = [self._stranger(next(numbers)) for _ in range(self._share(count, INELIGIBLE_SHARE))]

        rows = [self._row("ura_persons", person) for person in people]
        rows += self._company_rows(firms)
        rows += [self._row(rng.choice(SOURCES[1:]), person) for person in self._some(people, PERSON_AND_COMPANY_SHARE)]
        rows += self._repeated_rows(people + firms, rows)
        rows += [self._stranger_row(stranger) for stranger in strangers]
        rows += self._malformed_rows(len(rows))
        rng.shuffle(rows)
        return Batch(people + firms + strangers, rows)

    def _company_rows(self, firms: list[Address]) -> list[Row]:
        rows: list[Row] = []
        ura_only, crm_only = self._share(len(firms), URA_ONLY_SHARE), self._share(len(firms), CRM_ONLY_SHARE)
        for position, firm in enumerate(firms):
            entity = ENTITIES[self.rng.random() < CONTACT_SHARE]
            if position < ura_only:
                rows.append(self._row("ura_companies", firm))
            elif position < ura_only + crm_only:
                rows.append(self._row(entity, firm))
            else:  # known to both, which spell an international domain differently
                rows.append(self._eligible("ura_companies", u_label(firm), firm.id))
                rows.append(self._eligible(entity, plain(firm), firm.id))
        return rows

    def _repeated_rows(self, addresses: list[Address], rows: list[Row]) -> list[Row]:
        """The same address again in the same source: as it stands, as a case twin, as a customership that ended."""
        by_id = {address.id: address for address in addresses}
        repeated = [self._again(row, _text(row)) for row in self._some(rows, DUPLICATE_SHARE)]
        for row in self._some(rows, TWIN_SHARE):
            twin = self.rng.choice((title_case, upper_case))
            repeated.append(self._again(row, twin(by_id[row.address_id or 0])))
        repeated += [
            ended(self.rng, self.office, self._again(row, _text(row))) for row in self._some(rows, ALSO_ENDED_SHARE)
        ]
        return repeated

    def _malformed_rows(self, rows: int) -> list[Row]:
        """Of every kind alike; spread over the sources as their rows are."""
        sources = ("ura_persons",) * 7 + SOURCES[1:]
        count = max(self._share(rows, MALFORMED_SHARE), self.least * len(KINDS))
        first = self.rng.randrange(len(KINDS))
        return [
            self._eligible(self.rng.choice(sources), malformed(self.rng, KINDS[(first + position) % len(KINDS)]), None)
            for position in range(count)
        ]

    def _stranger(self, number: int) -> Address:
        return (make_company if self.rng.random() < COMPANY_SHARE else make_person)(self.rng, number)

    def _stranger_row(self, stranger: Address) -> Row:
        """A row of another region, or of somebody who is no customer any more."""
        person = stranger.a_domain.endswith(PERSON_DOMAIN)
        return ended(
            self.rng, self.office, self._row("ura_persons" if person else self.rng.choice(SOURCES[1:]), stranger)
        )

    def _row(self, source: str, address: Address) -> Row:
        return self._eligible(source, spell(self.rng, address), address.id)

    def _again(self, row: Row, text: str) -> Row:
        source = f"ura_{row.register}" if isinstance(row, UraRow) else row.entity
        return self._eligible(source, text, row.address_id)

    def _eligible(self, source: str, text: str, address_id: int | None) -> Row:
        return eligible_row(self.rng, self.office, source, text, address_id, self.today)

    def _some(self, items: Sequence[T], share: float) -> list[T]:
        return self.rng.sample(items, self._share(len(items), share))

    def _share(self, count: int, share: float) -> int:
        """That share of `count`, rounded by chance so that small numbers come out right over many nights."""
        return max(self.least, int(count * share + self.rng.random()))


def _text(row: Row) -> str:
    return (row.sahkoposti if isinstance(row, UraRow) else row.emailaddress1) or ""
