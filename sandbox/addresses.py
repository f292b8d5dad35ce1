"""Addresses that are made, and the spellings in which the systems hold them.

The canonical form comes first (no blanks, NFC, local part in lower case, domain in A-labels), and each
spelling is derived from it. Nothing here finds the canonical form of a value that somebody else wrote.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from random import Random
from typing import NamedTuple

from sandbox import vocabulary as words

PERSON_INTERNATIONAL_SHARE = 0.02
PERSON_ACCENT_SHARE = 0.004
COMPANY_INTERNATIONAL_SHARE = 0.03
ADDRESSES_PER_COMPANY = 3


class Address(NamedTuple):
    """One address as it was made. `id` is unique in the world and is part of the text, which makes that unique too."""

    id: int
    local: str
    a_domain: str
    u_domain: str

    @property
    def canonical(self) -> str:
        return f"{self.local}@{self.a_domain}"

    @property
    def international(self) -> bool:
        return self.a_domain != self.u_domain


def make_person(rng: Random, number: int) -> Address:
    """A person's address, from a domain that many share."""
    first = rng.choice(words.FIRST_NAMES)
    if rng.random() < PERSON_ACCENT_SHARE:
        first = rng.choice(words.ACCENTED_FIRST_NAMES)
    last = rng.choice(words.LAST_NAMES)
    shape = rng.randrange(8)
    if shape < 5:
        local = f"{first}.{last}.{number}"
    elif shape == 5:
        local = f"{first[0]}{last}{number}"
    elif shape == 6:
        local = f"{first}_{last}{number}"
    else:
        local = f"{last}{number}+posti"
    if rng.random() < PERSON_INTERNATIONAL_SHARE:
        return _under(number, local, rng.choice(words.PERSON_LABELS), words.PERSON_DOMAIN)
    domain = rng.choice(words.PERSON_SUBDOMAINS) + words.PERSON_DOMAIN
    return Address(number, local, domain, domain)


def make_company(rng: Random, number: int) -> Address:
    """A company's address, from a domain that two or three share."""
    company = number // ADDRESSES_PER_COMPANY
    shape = rng.randrange(3)
    if shape == 0:
        local = f"{rng.choice(words.ROLES)}.{number}"
    elif shape == 1:
        local = f"{rng.choice(words.FIRST_NAMES)}.{rng.choice(words.LAST_NAMES)}.{number}"
    else:
        local = f"{rng.choice(words.FIRST_NAMES)}-{number}"
    if rng.random() < COMPANY_INTERNATIONAL_SHARE:
        a_label, u_label = rng.choice(words.COMPANY_LABELS)
        return _under(number, local, (f"y{company}.{a_label}", f"y{company}.{u_label}"), words.COMPANY_DOMAIN)
    trade = words.TRADES[company % len(words.TRADES)]
    domain = f"{trade}-{company}.{words.COMPANY_DOMAIN}"
    return Address(number, local, domain, domain)


def _under(number: int, local: str, labels: tuple[str, str], domain: str) -> Address:
    return Address(number, local, f"{labels[0]}.{domain}", f"{labels[1]}.{domain}")


Spelling = Callable[[Address], str]


def plain(address: Address) -> str:
    """Exactly the canonical form."""
    return address.canonical


def u_label(address: Address) -> str:
    """The domain as people read it: `ä`, not `xn--…`."""
    return f"{address.local}@{address.u_domain}"


def nfd(address: Address) -> str:
    """Each accented letter as two code points, as some systems of Apple write them."""
    return unicodedata.normalize("NFD", u_label(address))


def title_case(address: Address) -> str:
    """As a person writes it on a form: `Aino.Aalto.7@Sandbox-Posti.fi`."""
    return address.canonical.title()


def upper_case(address: Address) -> str:
    """With the caps lock on; the domain stays as people read it."""
    return u_label(address).upper()


def padded(address: Address) -> str:
    """With blanks around it."""
    return f"  {address.canonical} "


def spell(rng: Random, address: Address) -> str:
    """One spelling by chance: nine in ten as is, the others each in one of the ways above."""
    if not address.local.isascii() and rng.random() < 0.5:
        return nfd(address)
    if address.international and rng.random() < 0.6:
        return rng.choice((u_label, u_label, nfd, upper_case))(address)
    return rng.choice((title_case, upper_case, padded))(address) if rng.random() < 0.1 else plain(address)
