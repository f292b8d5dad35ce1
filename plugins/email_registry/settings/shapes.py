"""Types that several parts of the policy share."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Audience = Annotated[str, Field(pattern=r"^(person|company)$")]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,40}$")]
Share = Annotated[float, Field(gt=0, le=1)]
# A number of whole days. The key names the unit, so `30 days`, `"30"` and `yes` are errors.
Days = Annotated[int, Field(strict=True, ge=1, le=3650)]


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Texts(Frozen):
    """A text that a person reads, in Finnish and in English."""

    fi: str
    en: str


class Range(Frozen):
    """How many a first night may bring, because there are no earlier nights to compare with."""

    min: int = Field(ge=0)
    max: int = Field(ge=1)


class SafetyLimit(Frozen):
    """Above the share and above the floor, a person decides."""

    share: Share
    floor: int = Field(ge=0)

    def is_exceeded_by(self, count: int, base: int) -> bool:
        """Tell whether `count` is above both the floor and the share of `base`."""
        return count > self.floor and count > self.share * base
