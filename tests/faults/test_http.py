"""Faults of the servers."""

from __future__ import annotations

from tests.faults.nights import Nights


def test_kasvucrm_down(nights: Nights) -> None:
    nights.faulty_then_healthy("kasvucrm-down", "503")


def test_webropol_down(nights: Nights) -> None:
    nights.faulty_then_healthy("webropol-down", "503")
