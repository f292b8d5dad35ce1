"""Faults of what KasvuCRM answers: rows, counts, links, columns."""

from __future__ import annotations

from tests.faults.nights import Nights


def test_kasvucrm_empty(nights: Nights) -> None:
    nights.faulty_then_healthy("kasvucrm-empty", "rows: expected between")


def test_kasvucrm_fewer(nights: Nights) -> None:
    nights.faulty_then_healthy("kasvucrm-fewer", "rows: expected between")


def test_kasvucrm_country(nights: Nights) -> None:
    nights.faulty_then_healthy("kasvucrm-country", "the filter was not obeyed")


def test_kasvucrm_page_cap(nights: Nights) -> None:
    nights.faulty_then_healthy("kasvucrm-page-cap", "20 rows came, ")


def test_kasvucrm_count_cap(nights: Nights) -> None:
    nights.faulty_then_healthy("kasvucrm-count-cap", "rows: expected between")


def test_kasvucrm_link_itself(nights: Nights) -> None:
    nights.faulty_then_healthy("kasvucrm-link-itself", "kasvucrm_companies: ")


def test_kasvucrm_link_circle(nights: Nights) -> None:
    nights.faulty_then_healthy("kasvucrm-link-circle", "kasvucrm_companies: ")


def test_kasvucrm_link_elsewhere(nights: Nights) -> None:
    nights.faulty_then_healthy(
        "kasvucrm-link-elsewhere", "the next page is said to be elsewhere; nothing was sent there"
    )


def test_kasvucrm_rows_moving(nights: Nights) -> None:
    nights.faulty_then_healthy("kasvucrm-rows-moving", "a row came twice")


def test_kasvucrm_column_new(nights: Nights) -> None:
    nights.faulty_then_healthy("kasvucrm-column-new", "a column came that was not agreed")


def test_kasvucrm_column_renamed(nights: Nights) -> None:
    nights.faulty_then_healthy("kasvucrm-column-renamed", "a row lacks an agreed column")


def test_kasvucrm_column_missing(nights: Nights) -> None:
    nights.faulty_then_healthy("kasvucrm-column-missing", "a row lacks an agreed column")


def test_kasvucrm_column_reordered(nights: Nights) -> None:
    nights.faulty_then_healthy("kasvucrm-column-reordered")
