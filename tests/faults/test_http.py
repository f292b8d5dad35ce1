"""Faults of the way the servers answer."""

from __future__ import annotations

import pytest

from tests.faults.nights import Nights

# Fault -> a part of the one message that the faulty night gives; None where the night is whole all the same.
FAULTS = {
    "kasvucrm-down": "answered 503",
    "kasvucrm-500": "answered 500",
    "kasvucrm-502": "answered 502",
    "kasvucrm-html": "with what is not JSON",
    "kasvucrm-json-cut": "with what is not JSON",
    "kasvucrm-body-cut": "no whole answer",
    "kasvucrm-reset": "kasvucrm_companies",
    "kasvucrm-timeout": "kasvucrm_companies",
    "kasvucrm-slow-drip": "no whole answer within 3 s",
    "kasvucrm-401-midway": None,
    "kasvucrm-401-always": "answered 401",
    "kasvucrm-429-storm": None,
    "kasvucrm-429-endless": "throttles and goes on throttling",
    "kasvucrm-retry-after-huge": "asks to wait 999999 s, longer than 2 s",
    "kasvucrm-retry-after-date": None,
    "kasvucrm-retry-after-negative": None,
    "webropol-down": "answered 503",
}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.replace("-", "_"))
def test_a_night_with_the_fault_harms_nobody_and_the_next_one_is_whole(nights: Nights, fault: str) -> None:
    message = FAULTS[fault]
    nights.faulty_then_healthy(fault, *([message] if message else []))


def test_kasvucrm_bad_certificate(nights: Nights) -> None:
    nights.office.connect(kasvucrm=nights.office.by_tls())
    nights.faulty_then_healthy("kasvucrm-bad-certificate", "its certificate does not verify")


def test_kasvucrm_away(nights: Nights) -> None:
    """For a part of the night: the same night, run again, is whole."""
    nights.faulty("kasvucrm-away", "answered 503")
    nights.office.heal()
    nights.healthy()


def test_kasvucrm_away_for_five_nights(nights: Nights) -> None:
    nights.faulty_then_healthy("kasvucrm-away", "answered 503", nights=5)
