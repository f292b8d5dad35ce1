"""An office whose lists are equal, behind pages of its own; and forms of persons' rights as an officer sends them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.airflow_pages.conftest import Airflow
from tests.list_syncs import ALL, TARGET, people, sync_once
from tests.offices import Office
from tests.registry_rows import register, run_sql

COMPANIES = "yritysasiakkaat"
LISTS = (TARGET, COMPANIES, ALL)
OFFICER = "vastaava@toimisto"
IN_AUDIT = "vastaava at toimisto"  # the audit takes no @
PEOPLE = 40
numbers = count(1)


@dataclass(frozen=True)
class RightsOffice:
    """`pages` on the registry of `office`."""

    pages: Airflow
    office: Office

    def rows(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        return run_sql(self.pages.admin_url, query, *parameters)

    def done(self) -> tuple[int, int, int]:
        """What no refused form may change: cases, events, addresses."""
        tables = ("operations.rights_case", "audit.event", "registry.address")
        return tuple(self.rows(f"SELECT count(*) FROM {table}")[0][0] for table in tables)  # type: ignore[return-value]

    def lists_of(self, email: str) -> set[str]:
        return {name for name in LISTS if email in self.office.members(name).values()}

    def token(self, user: str = OFFICER) -> str:
        found = re.search(r'name="token" value="([^"]+)"', self.pages.get("/rights/", user).text)
        assert found is not None
        return found[1]

    def send(self, form: Mapping[str, str], path: str = "/rights/", **headers: str) -> requests.Response:
        """As the officer's browser would, from the page itself."""
        sent = {"token": self.token(), **form}
        return self.pages.post(path, OFFICER, sent, {"Origin": self.pages.url, **headers})


def filled(right: str, email: str, **changes: str) -> dict[str, str]:
    """The form, without its token."""
    given = {"number": f"OIK/{next(numbers)}", "identity": "passi", "received": "2026-11-23", "scope": "all"}
    return {"right": right, "address": email, "letter": "fi", **given, **changes}


@contextmanager
def level(pages: Airflow, world: Path) -> Iterator[RightsOffice]:
    """Forty who are in both audiences and on every list; `world` is the sandbox's first night."""
    office = Office(pages.home, Path(pages.variables["REGISTRY_SECRETS"]), pages.variables)
    shutil.copytree(world, office.home)
    office.serve()
    try:
        for audience in ("person", "company"):
            register(pages.admin_url, audience, people(PEOPLE))
        with pytest.MonkeyPatch.context() as patch:
            for name, value in pages.variables.items():
                patch.setenv(name, value)
            for target in LISTS:
                sync_once(target)
        yield RightsOffice(pages, office)
    finally:
        office.stop()
