"""The policy of persons' rights: what a letter names beside the office itself, and when an alarm comes."""

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
    """`contact`: where a signed request goes. `self_service`: where persons see and correct what they gave.

    `authority`: to whom they may complain. `corrected_in`: a source's system -> where what it holds is corrected.
    A request is answered within a month; `alarm_days` before that somebody is told. Cases end after `cases_days`.
    """

    contact: Texts | None = None
    self_service: Texts = Texts(fi="Oma asiointi", en="Oma asiointi, the e-service for customers")
    authority: Texts = OMBUDSMAN
    corrected_in: Mapping[str, Texts] = {}
    alarm_days: Annotated[int, Field(strict=True, ge=1, le=27)] = 7
    cases_days: Days = 730
