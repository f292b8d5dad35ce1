"""Faults of the way the servers answer."""

from __future__ import annotations

from tests.faults.nights import Nights


def test_kasvucrm_down(nights: Nights) -> None:
    nights.faulty_then_healthy("kasvucrm-down", "answered 503")


def test_kasvucrm_500(nights: Nights) -> None:
    nights.faulty_then_healthy("kasvucrm-500", "answered 500")


def test_kasvucrm_502(nights: Nights) -> None:
    nights.faulty_then_healthy("kasvucrm-502", "answered 502")


def test_kasvucrm_html(nights: Nights) -> None:
    nights.faulty_then_healthy("kasvucrm-html", "with what is not JSON")


def test_kasvucrm_json_cut(nights: Nights) -> None:
    nights.faulty_then_healthy("kasvucrm-json-cut", "with what is not JSON")


def test_kasvucrm_body_cut(nights: Nights) -> None:
    nights.faulty_then_healthy("kasvucrm-body-cut", "no whole answer")


def test_kasvucrm_reset(nights: Nights) -> None:
    nights.faulty_then_healthy("kasvucrm-reset", "kasvucrm_companies")


def test_kasvucrm_timeout(nights: Nights) -> None:
    nights.faulty_then_healthy("kasvucrm-timeout", "kasvucrm_companies")


def test_kasvucrm_slow_drip(nights: Nights) -> None:
    nights.faulty_then_healthy("kasvucrm-slow-drip", "no whole answer within 3 s")


def test_kasvucrm_401_midway(nights: Nights) -> None:
    nights.faulty_then_healthy("kasvucrm-401-midway")


def test_kasvucrm_401_always(nights: Nights) -> None:
    nights.faulty_then_healthy("kasvucrm-401-always", "answered 401")


def test_kasvucrm_429_storm(nights: Nights) -> None:
    nights.faulty_then_healthy("kasvucrm-429-storm")


def test_kasvucrm_429_endless(nights: Nights) -> None:
    nights.faulty_then_healthy("kasvucrm-429-endless", "throttles and goes on throttling")


def test_kasvucrm_retry_after_huge(nights: Nights) -> None:
    nights.faulty_then_healthy("kasvucrm-retry-after-huge", "asks to wait 999999 s, longer than 2 s")


def test_kasvucrm_retry_after_date(nights: Nights) -> None:
    nights.faulty_then_healthy("kasvucrm-retry-after-date")


def test_kasvucrm_retry_after_negative(nights: Nights) -> None:
    nights.faulty_then_healthy("kasvucrm-retry-after-negative")


def test_webropol_down(nights: Nights) -> None:
    nights.faulty_then_healthy("webropol-down", "answered 503")


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
