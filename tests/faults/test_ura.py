"""Faults of URA's files."""

from __future__ import annotations

from tests.faults.nights import Nights


def test_ura_empty(nights: Nights) -> None:
    nights.faulty_then_healthy("ura-empty", "ura_persons: rows: expected between")


def test_ura_missing(nights: Nights) -> None:
    nights.faulty_then_healthy("ura-missing", "no complete file")


def test_ura_companies_empty(nights: Nights) -> None:
    nights.faulty_then_healthy("ura-companies-empty", "ura_companies: rows: expected between")


def test_ura_fewer(nights: Nights) -> None:
    nights.faulty_then_healthy("ura-fewer", "rows: expected between")


def test_ura_country(nights: Nights) -> None:
    nights.faulty_then_healthy("ura-country", "rows: expected between")


def test_ura_swapped(nights: Nights) -> None:
    nights.faulty_then_healthy("ura-swapped", "are not as expected, at most 50 % may be")


def test_ura_no_marker(nights: Nights) -> None:
    nights.faulty_then_healthy("ura-no-marker", "no complete file")


def test_ura_wrong_digest(nights: Nights) -> None:
    nights.faulty_then_healthy("ura-wrong-digest", "the file's digest is not the marker's")


def test_ura_still_growing(nights: Nights) -> None:
    nights.faulty_then_healthy("ura-still-growing", "ura_persons: ")


def test_ura_yesterday_again(nights: Nights) -> None:
    nights.faulty_then_healthy("ura-yesterday-again", "the file is the one of 2026-11-23 once more")


def test_ura_wrong_encoding(nights: Nights) -> None:
    nights.faulty_then_healthy("ura-wrong-encoding", "rows, quotes or encoding are broken")


def test_ura_nul(nights: Nights) -> None:
    nights.faulty_then_healthy("ura-nul", "the file holds a NUL")


def test_ura_mixed_line_ends(nights: Nights) -> None:
    nights.faulty_then_healthy("ura-mixed-line-ends")


def test_ura_open_quote(nights: Nights) -> None:
    nights.faulty_then_healthy("ura-open-quote", "rows, quotes or encoding are broken")


def test_ura_huge_field(nights: Nights) -> None:
    nights.faulty_then_healthy("ura-huge-field", "rows, quotes or encoding are broken")


def test_ura_column_new(nights: Nights) -> None:
    nights.faulty_then_healthy("ura-column-new", "1 column(s) came that were not agreed")


def test_ura_column_renamed(nights: Nights) -> None:
    nights.faulty_then_healthy("ura-column-renamed", "the agreed column asiakkuus is missing")


def test_ura_column_missing(nights: Nights) -> None:
    nights.faulty_then_healthy("ura-column-missing", "the agreed column asiakkuus is missing")


def test_ura_column_reordered(nights: Nights) -> None:
    nights.faulty_then_healthy("ura-column-reordered")


def test_ura_away(nights: Nights) -> None:
    """For a part of the night: the same night, run again, is whole."""
    nights.faulty("ura-away", "no complete file")
    nights.office.heal()
    nights.healthy()


def test_ura_away_for_five_nights(nights: Nights) -> None:
    nights.faulty_then_healthy("ura-away", "no complete file", nights=5)
