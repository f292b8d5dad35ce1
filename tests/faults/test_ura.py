"""Faults of URA's files."""

from __future__ import annotations

import pytest

from tests.faults.nights import Nights

# Fault -> a part of the one message that the faulty night gives; None where the night is whole all the same.
FAULTS = {
    "ura-empty": "ura_persons: rows: expected between",
    "ura-missing": "no complete file",
    "ura-companies-empty": "ura_companies: rows: expected between",
    "ura-fewer": "rows: expected between",
    "ura-country": "rows: expected between",
    "ura-swapped": "are not as expected, at most 50 % may be",
    "ura-no-marker": "no complete file",
    "ura-wrong-digest": "the file's digest is not the marker's",
    "ura-still-growing": "ura_persons: ",
    "ura-yesterday-again": "the file is the one of 2026-11-23 once more",
    "ura-wrong-encoding": "rows, quotes or encoding are broken",
    "ura-nul": "the file holds a NUL",
    "ura-mixed-line-ends": None,
    "ura-open-quote": "rows, quotes or encoding are broken",
    "ura-huge-field": "rows, quotes or encoding are broken",
    "ura-column-new": "1 column(s) came that were not agreed",
    "ura-column-renamed": "the agreed column asiakkuus is missing",
    "ura-column-missing": "the agreed column asiakkuus is missing",
    "ura-column-reordered": None,
}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.replace("-", "_"))
def test_a_night_with_the_fault_harms_nobody_and_the_next_one_is_whole(nights: Nights, fault: str) -> None:
    message = FAULTS[fault]
    nights.faulty_then_healthy(fault, *([message] if message else []))


def test_ura_away(nights: Nights) -> None:
    """For a part of the night: the same night, run again, is whole."""
    nights.faulty("ura-away", "no complete file")
    nights.office.heal()
    nights.healthy()


def test_ura_away_for_five_nights(nights: Nights) -> None:
    nights.faulty_then_healthy("ura-away", "no complete file", nights=5)
