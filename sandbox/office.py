"""The outside of an office: what its systems call things. One file of `sandbox/offices/` each.

Inside the sandbox everything has one name, Pirkanmaa's; only what goes out is called as the office calls it.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import yaml

from sandbox.errors import SandboxError
from sandbox.world import meta

OFFICES = Path(__file__).with_name("offices")
FIRST = "pirkanmaa"

Part = TypeVar("Part")


@dataclass(frozen=True, slots=True)
class Named:
    """A region by its code and name."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Others:
    """The rest of the country, by codes and by names."""

    codes: tuple[str, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Status:
    """The words for a customership that is open, and for one that is not."""

    open: str
    ended: str


@dataclass(frozen=True, slots=True)
class Drop:
    """A nightly file; `{date}` in its name is the night's, in whatever form."""

    name: str
    marker: str
    delimiter: str
    encoding: str

    def path(self, folder: Path, day: date) -> Path:
        return folder / self.name.format(date=day)

    @property
    def pattern(self) -> str:
        """Every night's file and marker."""
        return self.name.partition("{")[0] + "*" + self.name.rpartition("}")[2] + "*"


@dataclass(frozen=True, slots=True)
class View:
    """URA's views, the table below them and the login that may read them."""

    schema: str
    table: str
    persons: str
    companies: str
    reader: str


@dataclass(frozen=True, slots=True)
class Ura:
    """URA's columns (email, region, status), files and views."""

    columns: tuple[str, str, str]
    persons: Drop
    companies: Drop
    view: View


@dataclass(frozen=True, slots=True)
class CrmEntity:
    """What an entity of KasvuCRM is called."""

    set_name: str
    name: str
    key: str


@dataclass(frozen=True, slots=True)
class KasvuCrm:
    """Kept name -> the office's, of entities and columns; and the nightly file."""

    entities: dict[str, CrmEntity]
    columns: dict[str, str]
    file: Drop


@dataclass(frozen=True, slots=True)
class BulletinList:
    """A list and whom it is for; an address in both audiences is on it once."""

    id: str
    audiences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """A list or a survey by its id, and what it is called."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """The template for importing recipients; an export has a further column `status`."""

    name: str
    headings: tuple[str, ...]
    email: str
    status: str


@dataclass(frozen=True, slots=True)
class Webropol:
    """Lists, surveys, the template, and under which paths the lists are served."""

    lists: dict[str, BulletinList]
    pilot: Known
    unsubscribe: Known
    feedback: Known
    sheet: Sheet
    paths: dict[str, str]

    @property
    def first(self) -> str:
        """The id of the first list."""
        return next(iter(self.lists.values())).id

    @property
    def names(self) -> dict[str, str]:
        """Every list by its name, the pilot's too: its id."""
        return {**{name: found.id for name, found in self.lists.items()}, self.pilot.name: self.pilot.id}


@dataclass(frozen=True, slots=True)
class Office:
    """All of it."""

    region: Named
    other_regions: Others
    status: Status
    ura: Ura
    kasvucrm: KasvuCrm
    webropol: Webropol

    @property
    def drops(self) -> tuple[Drop, ...]:
        return (self.ura.persons, self.ura.companies, self.kasvucrm.file)


def names() -> list[str]:
    """The offices that there are."""
    return sorted(path.stem for path in OFFICES.glob("*.yaml"))


@cache
def named(name: str) -> Office:
    """The office of that name; SandboxError where there is none."""
    path = OFFICES / f"{name}.yaml"
    if name not in names():
        raise SandboxError(f"there is no office of that name; there are: {', '.join(names())}")
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    try:
        return _office(content)
    except (KeyError, TypeError) as error:
        trouble = str(error)
    raise SandboxError(f"{path.name} is not as it should be: {trouble}")


def office_of(db: sqlite3.Connection) -> Office:
    """The office of a world."""
    return named(meta(db, "office") or FIRST)


def _office(content: dict[str, Any]) -> Office:
    ura, crm, webropol = content["ura"], content["kasvucrm"], content["webropol"]
    return Office(
        region=_part(Named, content["region"]),
        other_regions=_part(Others, content["other_regions"]),
        status=_part(Status, content["status"]),
        ura=Ura(
            columns=(ura["columns"]["email"], ura["columns"]["region"], ura["columns"]["status"]),
            persons=_part(Drop, ura["persons"]),
            companies=_part(Drop, ura["companies"]),
            view=_part(View, ura["view"]),
        ),
        kasvucrm=KasvuCrm(
            entities={kept: _part(CrmEntity, entity) for kept, entity in crm["entities"].items()},
            columns=dict(crm["columns"]),
            file=_part(Drop, crm["file"]),
        ),
        webropol=Webropol(
            lists={name: _part(BulletinList, found) for name, found in webropol["lists"].items()},
            pilot=_part(Known, webropol["pilot"]),
            unsubscribe=_part(Known, webropol["unsubscribe"]),
            feedback=_part(Known, webropol["feedback"]),
            sheet=_part(Sheet, webropol["sheet"]),
            paths=dict(webropol["paths"]),
        ),
    )


def _part(kind: type[Part], content: dict[str, Any]) -> Part:
    """A part with exactly its keys."""
    wanted = {field.name for field in fields(kind)}  # type: ignore[arg-type]
    if set(content) != wanted:
        raise KeyError(f"{kind.__name__} has exactly {', '.join(sorted(wanted))}")
    return kind(**{key: tuple(value) if isinstance(value, list) else value for key, value in content.items()})
