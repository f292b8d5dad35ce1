"""A volume that the gate stopped, accepted for exactly what came."""

from __future__ import annotations

import pytest

from email_registry import check
from email_registry.check import Bounds, VolumeRange
from email_registry.check.acceptance import accepted
from email_registry.errors import ConfigurationError, Held, RegistryError
from email_registry.night import flow
from tests.faults.nights import Nights
from tests.offices import Office
from tests.registry_rows import addresses, run_sql


@pytest.fixture
def nights(office: Office) -> Nights:
    return Nights(office)


def play(nights: Nights, owner: str) -> str | None:
    try:
        flow.play(nights._on, owner=owner, tell=lambda text: None)
    except RegistryError as error:
        return str(error)
    return None


def test_the_same_night_again_passes_and_only_by_what_was_accepted(nights: Nights) -> None:
    admin_url = nights.office.environment["REGISTRY_ADMIN_URL"]
    assert play(nights, "first") is None
    nights.office.advance("--fault", "ura-fewer")
    assert "ura_persons" in str(play(nights, "stopped"))
    before = addresses(admin_url, "person")
    assert check.accept("ura_persons", by="tietosuojavastaava", why="the office handed over a region")["received"] > 0
    check.accept("ura_companies", by="tietosuojavastaava", why="the same")
    assert play(nights, "again") is None
    assert (before <= addresses(admin_url, "person")) is True  # gone from the source is not gone from the registry
    absent = run_sql(admin_url, "SELECT count(*) FROM registry.unseen WHERE absent_since IS NOT NULL")
    assert absent[0][0] > 0
    assert (
        run_sql(admin_url, "SELECT actor FROM audit.event WHERE action = 'accepted'") == [("tietosuojavastaava",)] * 2
    )
    ((night_id,),) = run_sql(admin_url, "SELECT max(night_id) FROM operations.proof")
    assert accepted(night_id) == {"ura_persons", "ura_companies"}
    for other in ("digest = 'other rows, as many'", "received = received + 1"):
        run_sql(admin_url, f"UPDATE operations.acceptance SET {other}")
        assert accepted(night_id) == set()
        run_sql(
            admin_url,
            "UPDATE operations.acceptance a SET digest = p.digest, received = p.received "
            "FROM operations.proof p WHERE p.source = a.source AND p.night_id = %s",
            night_id,
        )
    nights.office.advance("--fault", "ura-fewer")  # another day, other rows
    run_sql(admin_url, "UPDATE operations.proof SET staged = staged * 10 WHERE source LIKE 'ura%%'")
    assert "ura_persons" in str(play(nights, "another day"))


def test_what_is_wrong_in_itself_stays_wrong() -> None:
    bounds = check.without_history(Bounds(VolumeRange(5, 6), min_valid=0.85, continuity=0.5))
    assert (bounds.volume.min, bounds.continuity, bounds.min_valid) == (0, 0.0, 0.85)


def test_a_source_that_was_not_stopped_has_nothing_to_accept(nights: Nights) -> None:
    assert play(nights, "first") is None
    with pytest.raises(Held, match="did not stop it"):
        check.accept("ura_persons", by="x", why="y")
    with pytest.raises(ConfigurationError, match="no source is called so"):
        check.accept("ura", by="x", why="y")
