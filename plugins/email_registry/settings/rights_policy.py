"""The policy of persons' rights: what letters name besides the office, and when an alarm is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from email_registry.settings.shapes import Days, Frozen, Texts

OMBUDSMAN = Texts(
    fi="Tietosuojavaltuutetun toimisto, PL 800, 00531 Helsinki, tietosuoja.fi",
    en="Office of the Data Protection Ombudsman, P.O. Box 800, FI-00531 Helsinki, tietosuoja.fi",
)


class Rights(Frozen):
    """What letters to persons say, and the periods of a case.

    `contact`: where a person sends a signed request. `self_service`: where persons see and correct their own data.
    `authority`: where they may complain. `corrected_in`: system of a source -> where its data is corrected.
    A request must be answered within a month; an alarm is sent `alarm_days` before. Cases are deleted after
    `cases_days`.
    """

    contact: Texts | None = None
    self_service: Texts = Texts(fi="Oma asiointi", en="Oma asiointi, the e-service for customers")
    authority: Texts = OMBUDSMAN
    corrected_in: Mapping[str, Texts] = {}
    alarm_days: Annotated[int, Field(strict=True, ge=1, le=27)] = 7
    cases_days: Days = 730
