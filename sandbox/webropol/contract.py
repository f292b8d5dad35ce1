"""The bodies of the list contract: the sandbox's own, NOT the vendor's."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

BATCH = 1_000
PAGE = 1_000
MAX_PAGE_NUMBER = 1_000_000
Guid = Annotated[
    str,
    Field(
        pattern=r"^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$",
        json_schema_extra={"format": "uuid"},
    ),
]


class Strict(BaseModel):
    """A body without any key that was not agreed."""

    model_config = ConfigDict(extra="forbid", strict=True)


class PageNumber(BaseModel):
    """The page that is asked for, and nothing else."""

    model_config = ConfigDict(extra="forbid")

    paging: Annotated[int, Field(ge=1, le=MAX_PAGE_NUMBER)] = 1


class ListSummary(Strict):
    """A distribution list."""

    ListId: Guid
    Name: str
    MemberCount: int


class Paging(Strict):
    """Where a page stands, in the words of the vendor's documented paging of responses."""

    ItemsPerPage: int
    TotalCount: int
    TotalPages: int
    CurrentPage: int
    IsLastItemFetched: bool
    ItemCount: int


class Member(Strict):
    """A member of a list, in the spelling in which it was added."""

    MemberId: Guid
    Email: str


class MemberPage(Strict):
    """One page of a list's members, in the order in which they were added."""

    ListId: Guid
    Paging: Paging
    Members: list[Member]


class NewMember(Strict):
    """Somebody to be added."""

    Email: str


class Additions(Strict):
    """At most 1,000 to be added."""

    Members: Annotated[list[NewMember], Field(max_length=BATCH)]


class AdditionResult(Strict):
    """What became of one addition. MemberId is null where the address was refused, and where it failed this time."""

    MemberId: Guid | None
    Result: Literal["Added", "AlreadyMember", "Invalid", "Failed"]


class AdditionResults(Strict):
    """The results, in the order of the request."""

    ListId: Guid
    Results: list[AdditionResult]


class Removals(Strict):
    """At most 1,000 to be removed."""

    MemberIds: Annotated[list[Guid], Field(max_length=BATCH)]


class RemovalResult(Strict):
    """How many were removed, and how many ids were no member of the list."""

    ListId: Guid
    Removed: int
    NotFound: int


class Error(Strict):
    """Any answer other than 200; without a value that was sent."""

    Message: str
