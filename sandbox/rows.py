"""The rows that URA and KasvuCRM hold, and how one that puts somebody on a list comes to do so no longer.

The columns of KasvuCRM are Dataverse's own (accounts and contacts). URA's three columns are the sandbox's own:
its engine and schema are not public. What they are called elsewhere is the office's.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from random import Random
from typing import NamedTuple

from sandbox.office import Office

REGISTERS = ("persons", "companies")
ENTITIES = ("account", "contact")
URA_SOURCES = {f"ura_{register}": register for register in REGISTERS}
CREATED_WITHIN_DAYS = 1500


class UraRow(NamedTuple):
    """A row of URA. `address_id` is None where the field holds no address."""

    register: str
    sahkoposti: str
    maakunta: str
    asiakkuus: str
    address_id: int | None


class CrmRow(NamedTuple):
    """A row of KasvuCRM; `createdon` in UTC, `versionnumber` grows with each change of the row."""

    entity: str
    id: str
    emailaddress1: str | None
    statecode: int
    donotbulkemail: bool | None
    donotemail: bool | None
    address1_stateorprovince: str | None
    createdon: str
    versionnumber: int
    address_id: int | None


Row = UraRow | CrmRow


def eligible_row(rng: Random, office: Office, source: str, email: str, address_id: int | None, today: date) -> Row:
    """A row of `source` (ura_persons, ura_companies, account, contact) that puts its address on a list."""
    if source in URA_SOURCES:
        return UraRow(URA_SOURCES[source], email, office.region.code, office.status.open, address_id)
    since = timedelta(seconds=rng.randrange(CREATED_WITHIN_DAYS * 86_400))
    created = datetime(today.year, today.month, today.day) - since
    return CrmRow(
        entity=source,
        id=guid(rng),
        emailaddress1=email,
        statecode=0,
        donotbulkemail=rng.choice((None, False)),
        donotemail=rng.choice((None, False)),
        address1_stateorprovince=office.region.name,
        createdon=f"{created:%Y-%m-%dT%H:%M:%SZ}",
        versionnumber=rng.randrange(1_000_000, 9_000_000),
        address_id=address_id,
    )


def ended(rng: Random, office: Office, row: Row) -> Row:
    """The same row, no longer the office's: of another region, ended, inactive, or not to be mailed."""
    if isinstance(row, UraRow):
        if rng.random() < 0.5:
            return row._replace(asiakkuus=office.status.ended)
        return row._replace(maakunta=rng.choice(office.other_regions.codes))
    row = row._replace(versionnumber=row.versionnumber + 1)
    way = rng.randrange(4)
    if way == 0:
        return row._replace(statecode=1)
    if way == 1:
        return row._replace(donotbulkemail=True)
    if way == 2:
        return row._replace(donotemail=True)
    return row._replace(address1_stateorprovince=rng.choice((None, *office.other_regions.names)))


def guid(rng: Random) -> str:
    """A GUID that the seed decides."""
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))
