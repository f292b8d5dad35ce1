"""The policy of Webropol's lists: targets, the ways they are kept, thresholds, and who left there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from email_registry.settings.shapes import Audience, Days, Frozen, Name, Range, SafetyLimit, Texts


class ListSafetyLimit(SafetyLimit):
    """`first_night`: how many there may be while nobody has been seen on the list yet."""

    first_night: Range


class Sheet(Frozen):
    """The office's own template, as Webropol exported it: a file in the folder of `files`, and its column of addresses.

    `fixed`: heading -> what stands in that column in every row. A new column is a heading of the template and a key
    here.
    """

    template: str = Field(pattern=r"^[^/]+\.(xlsx|csv)$")
    email: str
    fixed: Mapping[str, str] = {}


class Target(Frozen):
    """A lasting list, or the collector of one bulletin, which may be new or reset at any time."""

    name: Texts
    kind: Literal["list", "collector"] = "list"
    audiences: tuple[Audience, ...] = Field(min_length=1, max_length=2)
    delivery: Literal["rest", "sheets"]
    list_id: UUID
    sheet: Sheet | None = None

    @model_validator(mode="after")
    def _real(self) -> Self:
        if self.list_id.int == 0:
            raise ValueError("list_id: put in the id that Webropol gave the list")
        if self.delivery == "sheets" and self.sheet is None:
            raise ValueError("sheet: a list that is kept by sheets needs its template and the heading of its addresses")
        if len(set(self.audiences)) != len(self.audiences):
            raise ValueError("audiences: one is named twice")
        return self


class Pilot(Frozen):
    """A list of staff, made equal and changed night after night before customers are listed.

    `addresses` are never in the registry; each is of one of the office's own domains, so that no customer's gets in.
    """

    list_id: UUID
    delivery: Literal["rest", "sheets"]
    sheet: Sheet | None = None
    addresses: tuple[str, ...] = Field(min_length=3, max_length=100)

    @model_validator(mode="after")
    def _real(self) -> Self:
        if self.list_id.int == 0:
            raise ValueError("list_id: put in the id that Webropol gave the list")
        if self.delivery == "sheets" and self.sheet is None:
            raise ValueError("sheet: a list that is kept by sheets needs its template and the heading of its addresses")
        if len({address.casefold() for address in self.addresses}) != len(self.addresses):
            raise ValueError("addresses: one is there twice")
        return self

    def check_own_domains(self, own_domains: Sequence[str]) -> None:
        """ValueError where an address is not of the office's own domains, without repeating it."""
        for place, address in enumerate(self.addresses, 1):
            local, at, domain = address.rpartition("@")
            if not (local and at and any(domain == own or domain.endswith(f".{own}") for own in own_domains)):
                raise ValueError(f"pilot.addresses: number {place} is of none of addresses.own_domains: staff only")


class Onboarding(Frozen):
    """What a list has to pass before it goes live: nights that were observed, and verified nights of the pilot."""

    observe_nights: int = Field(default=3, ge=1, le=60)
    pilot_nights: int = Field(default=3, ge=1, le=60)


class Sync(Frozen):
    """How lists are synced. `begins`: the stage of a list that nobody has moved yet; an observed one is not changed."""

    begins: Literal["observed", "live"] = "observed"
    unmanaged: Literal["keep", "remove"]
    batch_size: int = Field(ge=1, le=1000)
    removals: ListSafetyLimit
    additions: ListSafetyLimit
    reset_floor: int = Field(ge=1)
    leaving_scope: Literal["all", "audience"]
    ask_again_days: Days = 30
    unconfirmed_days: Days = 7


class Webropol(Frozen):
    """Where lists are, at the vendor. The vendor publishes no list interface: the paths are the office's to give.

    `longest_request_seconds`: after which a request that got no answer is applied no more.
    """

    connection: Name
    lists: str
    members: str
    add: str
    remove: str
    longest_request_seconds: float = Field(default=300, ge=0, le=3600)


class Files(Frozen):
    """The folder where sheets are put for a person to import, and exports for us to read; a folder a target."""

    connection: Name


class Unsubscribes(Frozen):
    """Where people unsubscribe at Webropol: the survey behind the link in a bulletin, and exports that a person drops.

    `survey`: its id, read by the documented interface. Exports lie in the folder `unsubscribes` of `files`; `email` is
    the heading of their addresses.
    """

    survey: UUID | None = None
    email: str | None = None


def check_distinct_lists(targets: Mapping[str, Target]) -> None:
    """ValueError where two lists have one id or one name: a person could send from the wrong one."""
    for key in ("list_id", "name.fi", "name.en"):
        values = [_within(target, key) for target in targets.values()]
        if len(set(values)) != len(values):
            raise ValueError(f"targets: two of them have the same {key}")


def _within(target: Target, key: str) -> str:
    found: object = target
    for part in key.split("."):
        found = getattr(found, part)
    return str(found).casefold()
