"""The shape of the policy. Every key is checked at start, and an unknown key is an error."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from email_registry.settings.list_policy import (
    Files,
    Onboarding,
    Pilot,
    Sync,
    Target,
    Unsubscribes,
    Webropol,
    check_distinct_lists,
)
from email_registry.settings.mail_policy import Mail
from email_registry.settings.retention_policy import Backups, Expiry, Records, Retention
from email_registry.settings.rights_policy import Rights
from email_registry.settings.shapes import Audience, Frozen, Name, Range, Share, Texts

DATED = re.compile(r"[^{}/]*\{date(:[^{}/]+)?\}[^{}/]*")
LEAP_DAY, DAYS = date(2028, 2, 29), 400


class Office(Frozen):
    """The controller.

    `data_protection_officer` has a mailbox or a telephone number and no name, as the record needs it.
    """

    controller: Texts
    data_protection_officer: Texts | None = None
    region: str
    purpose: Texts
    legal_basis: Texts
    notice_date: date


class AudiencePolicy(Frozen):
    name: Texts
    retention: Retention


class Volume(Frozen):
    """How far tonight's number of rows may differ from the median of the last nights.

    Beyond it the gate stops the source.
    """

    drop: Share
    growth: Annotated[float, Field(gt=0)]
    first_night: Range


class Columns(Frozen):
    """The agreed columns. A missing column or an extra one stops the source.

    `where`: column -> the value that the office's own rows have (region, open customership).
    """

    email: str
    agreed: tuple[str, ...]
    where: Mapping[str, str] = {}

    @model_validator(mode="after")
    def _known(self) -> Self:
        for column in (self.email, *self.where):
            if column not in self.agreed:
                raise ValueError(f"{column} is not among the agreed columns")
        if len(set(self.agreed)) != len(self.agreed):
            raise ValueError("an agreed column is named twice")
        return self


class Way(Frozen):
    """A way into a source: the connection, and the columns that it brings."""

    connection: Name
    columns: Columns


class FileWay(Way):
    """A nightly CSV file with a completion marker (rows, SHA-256), in a folder or, if the connection says so, by SFTP.

    `name`: the file's name, with `{date}` (YYYY-MM-DD) or `{date:%d%m%Y}` in it.
    `counts_key`: the key of the marker's own count of the office's rows (`counts: {"06": n}`), if the marker has one.
    `may_repeat`: whether a new file may have the same bytes as the last one that passed.
    """

    kind: Literal["file"]
    name: str
    marker: str = ".done"
    delimiter: str = Field(default=";", min_length=1, max_length=1)
    encoding: Literal["utf-8", "cp1252"] = "utf-8"
    max_age_days: int = Field(default=0, ge=0, le=14)
    may_repeat: bool = False
    counts_key: str | None = None

    @model_validator(mode="after")
    def _dated(self) -> Self:
        if not DATED.fullmatch(self.name):
            raise ValueError("name is a file's name with {date} in it")
        if len({self.name_of(LEAP_DAY + timedelta(days=number)) for number in range(DAYS)}) < DAYS:
            raise ValueError("name: the form of its date does not tell one day from another")
        return self

    def name_of(self, day: date) -> str:
        """Return the name of that night's file."""
        return self.name.format(date=day)


class ViewWay(Way):
    """A read-only SQL view in any database that SQLAlchemy has a dialect for."""

    kind: Literal["view"]
    table_schema: str
    table: str


class ODataWay(Way):
    """The Dataverse Web API. `filter` is sent as it stands here, and each row is checked against `columns.where`.

    `partition`: a column with a time that every row has and never changes. The source cannot count a large table, so
    such a table is read in pieces by this column, `at_once` at a time. The vendor's limit for a user is 52.
    """

    kind: Literal["odata"]
    entity_sets: Mapping[str, str]  # entity set -> its primary key
    filter: str
    page_size: int = Field(default=5000, ge=1, le=5000)
    partition: str | None = None
    at_once: int = Field(default=8, ge=1, le=52)


class Source(Frozen):
    """A feed from a system for an audience. `way` names the one of `ways` that the nights use."""

    system: str
    audience: Audience
    way: Name
    ways: Mapping[Name, Annotated[FileWay | ViewWay | ODataWay, Field(discriminator="kind")]]
    volume: Volume
    min_valid: Share
    continuity: Share = 0.5  # the share of tonight's addresses that earlier nights must have brought

    @model_validator(mode="after")
    def _chosen(self) -> Self:
        if self.way not in self.ways:
            raise ValueError(f"way: {self.way} is not among the ways ({', '.join(self.ways)})")
        return self


class AddressPolicy(Frozen):
    """What to do with addresses that email-validator accepts although they are seldom what the customer meant.

    Addresses of `role_accounts` and of disposable domains are counted and kept. Addresses of `own_domains` and of their
    subdomains are never listed.
    """

    encoded_words: Literal["refuse", "keep"] = "refuse"
    percent: Literal["refuse", "keep"] = "refuse"
    leading_sign: Literal["refuse", "keep"] = "refuse"
    mixed_scripts: Literal["refuse", "keep"] = "refuse"
    own_domains: tuple[Annotated[str, Field(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")], ...] = ()
    role_accounts: tuple[Annotated[str, Field(pattern=r"^[a-z0-9._-]+$")], ...] = ()
    disposable_domains: Literal["count", "ignore"] = "count"


class Http(Frozen):
    """How long this software waits for other systems.

    A request ends after `request_seconds`, even if bytes still come.
    """

    connect_seconds: float = Field(default=5, gt=0, le=60)
    read_seconds: float = Field(default=60, gt=0, le=600)
    request_seconds: float = Field(default=300, gt=0, le=3600)
    attempts: int = Field(default=5, ge=1, le=10)
    longest_wait_seconds: float = Field(default=30, ge=0, le=600)


class Waiting(Frozen):
    """How a night waits for a source that does not answer or is not complete.

    Longer pauses would look like a dead night.

    `longest_pause_days`: if more days have passed since the last night, the clock may be wrong and a person gives the
    date.
    """

    tries_again: int = Field(default=13, ge=0, le=100)
    minutes_between: float = Field(default=10, gt=0, le=14)
    longest_pause_days: int = Field(default=14, ge=1, le=60)


class Policy(Frozen):
    version: Literal[1]
    office: Office
    allowed_hosts: tuple[str, ...] = Field(min_length=1)
    addresses: AddressPolicy = AddressPolicy()
    http: Http = Http()
    waiting: Waiting = Waiting()
    audiences: Mapping[Audience, AudiencePolicy]
    sources: Mapping[Name, Source]
    targets: Mapping[Name, Target]
    pilot: Pilot | None = None
    onboarding: Onboarding = Onboarding()
    webropol: Webropol
    files: Files | None = None
    mail: Mail | None = None
    unsubscribes: Unsubscribes = Unsubscribes()
    sync: Sync
    expiry: Expiry
    retention: Records = Records()
    backups: Backups = Backups()
    rights: Rights = Rights()
    digest: str = ""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        for audience in self.audiences:
            if not self.sources_of(audience):
                raise ValueError(f"audiences.{audience}: no source feeds it")
        for name, source in self.sources.items():
            if source.audience not in self.audiences:
                raise ValueError(f"sources.{name}.audience: {source.audience} is not among the audiences")
        self.retention.check_periods(self.backups, self.expiry, [one.retention for one in self.audiences.values()])
        check_distinct_lists(self.targets)
        if self.pilot is not None:
            self.pilot.check_own_domains(self.addresses.own_domains)
            if self.pilot.list_id in [target.list_id for target in self.targets.values()]:
                raise ValueError("pilot.list_id: that is the list of a target; the pilot needs one of its own")
        if self.mail is not None:
            self.mail.check_own_domains(self.addresses.own_domains)
        by_sheets = [name for name, target in self.targets.items() if target.delivery == "sheets"]
        if self.files is None and (by_sheets or self.unsubscribes.email):
            raise ValueError(f"files: {', '.join(by_sheets) or 'unsubscribes'} need the folder of sheets and exports")
        return self

    def sources_of(self, audience: str) -> tuple[str, ...]:
        """The names of the sources that feed an audience."""
        return tuple(name for name, source in self.sources.items() if source.audience == audience)
