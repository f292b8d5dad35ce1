"""Faults of URA's files."""

from __future__ import annotations

from tests.faults.nights import Nights


def test_ura_empty(nights: Nights) -> None:
    nights.faulty_then_healthy("ura-empty", "ura_persons", "rows")


def test_ura_missing(nights: Nights) -> None:
    nights.faulty_then_healthy("ura-missing", "no complete file")
