"""What the parts of a policy are made of."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Audience = Annotated[str, Field(pattern=r"^(person|company)$")]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,40}$")]
Share = Annotated[float, Field(gt=0, le=1)]
# Whole days as a number: the unit is in the key, so `30 days`, `"30"` and `yes` are mistakes.
Days = Annotated[int, Field(strict=True, ge=1, le=3650)]


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Texts(Frozen):
    """A text a person reads, in both languages."""

    fi: str
    en: str


class Range(Frozen):
    """How many a first night may bring: nobody can say from history."""

    min: int = Field(ge=0)
    max: int = Field(ge=1)


class Breaker(Frozen):
    """Above the share and above the floor, a person decides."""

    share: Share
    floor: int = Field(ge=0)
