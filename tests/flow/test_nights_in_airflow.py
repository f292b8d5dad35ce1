"""Whole nights through Airflow: after each, Webropol's lists are what the sandbox says they should be."""

from __future__ import annotations

import json
from collections.abc import Callable

from local.player import Player, Run
from local.postgres import Server
from tests.leaks import Known, leaks_after
from tests.offices import Office
from tests.registry_rows import run_sql


def play(player: Player, office: Office) -> list[Run]:
    conf = {"date": office.date}
    return [player.play(dag, conf) for dag in ("nightly_registry", "sync_bulletin_lists", "expire_addresses")]


def test_five_nights_each_ending_with_lists_equal_to_the_truth_and_no_address_left_behind(
    office: Office, airflow: Callable[[], Player], postgres: Server
) -> None:
    known = Known()
    with airflow() as player:
        for night in range(5):
            if night:
                office.advance()
            runs = play(player, office)
            assert [run.state for run in runs] == ["success"] * 3
            assert office.differences() == {}
            known.add(office)
    databases = [office.environment["REGISTRY_ADMIN_URL"], postgres.airflow_url]
    assert leaks_after(office, known, databases, postgres.log) == {}


def test_a_night_with_an_empty_source_holds_and_the_next_one_catches_up(
    office: Office, airflow: Callable[[], Player], postgres: Server
) -> None:
    admin_url = office.environment["REGISTRY_ADMIN_URL"]
    known = Known()
    with airflow() as player:
        play(player, office)
        known.add(office)
        before = {target: set(office.members(target).values()) for target in office.targets}

        office.advance("--fault", "ura-empty")
        night, synced, _ = play(player, office)
        assert (night.state, night.held) == ("failed", True)
        assert [error["task_id"] for error in night.errors] == ["close_night"]
        assert "docs/runbooks/quality-stop.md" in night.errors[0]["message"]
        assert synced.state == "success"
        known.add(office)
        assert run_sql(admin_url, "SELECT count(absent_since) FROM registry.unseen") == [(0,)]
        for target, members in before.items():
            # Nobody is removed on account of the fault; who left at Webropol left by themselves.
            left = members - set(office.members(target).values())
            assert not left & office.truth(target)

        office.advance()
        assert [run.state for run in play(player, office)] == ["success"] * 3
        assert office.differences() == {}
    assert leaks_after(office, known, [admin_url, postgres.airflow_url], postgres.log) == {}
    status = json.loads(office.registry("status", "--json").stdout)
    assert status["night"]["state"] == "done"
