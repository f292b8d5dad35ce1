"""Faults of what KasvuCRM answers: rows, counts, links, columns."""

from __future__ import annotations

import pytest

from tests.faults.nights import Nights

# Fault -> a part of the one message that the faulty night gives; None where the night is whole all the same.
FAULTS = {
    "kasvucrm-empty": "rows: expected between",
    "kasvucrm-fewer": "rows: expected between",
    "kasvucrm-country": "the filter was not obeyed",
    "kasvucrm-page-cap": "20 rows came, ",
    "kasvucrm-count-cap": "rows: expected between",
    "kasvucrm-link-itself": "kasvucrm_companies: ",
    "kasvucrm-link-circle": "kasvucrm_companies: ",
    "kasvucrm-link-elsewhere": "the next page is said to be elsewhere; nothing was sent there",
    "kasvucrm-rows-moving": "a row came twice",
    "kasvucrm-column-new": "a column came that was not agreed",
    "kasvucrm-column-renamed": "a row lacks an agreed column",
    "kasvucrm-column-missing": "a row lacks an agreed column",
    "kasvucrm-column-reordered": None,
}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.replace("-", "_"))
def test_a_night_with_the_fault_harms_nobody_and_the_next_one_is_whole(nights: Nights, fault: str) -> None:
    message = FAULTS[fault]
    nights.faulty_then_healthy(fault, *([message] if message else []))
