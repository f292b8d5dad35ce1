"""A list is handed back to people: its last verified state becomes a sheet, and no sync changes it any more."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from chaos.webropol import BulletinList
from email_registry import onboarding, sync
from email_registry.errors import Held
from tests.list_syncs import TARGET, TODAY, people, sync_once
from tests.offices import Office
from tests.registry_rows import register, run_sql
from tests.spreadsheets.tables import read_cells


def test_handing_back_gives_the_last_verified_list_as_a_private_sheet_and_changes_the_list_no_more(
    live: str, by_hand: BulletinList, office: Office
) -> None:
    register(live, "person", people(20))
    sync_once()
    register(live, "person", people(5, start=100))  # known, and never listed
    done = onboarding.hand_back(TARGET, TODAY, by="officer", why="Webropol's interface is gone")
    path = Path(str(done["sheet"]))
    assert (done["rows"], path.parent, path.stat().st_mode & 0o777) == (20, office.sheets / TARGET, 0o600)
    assert {row[0] for row in read_cells(path)[1:]} == set(people(20))
    plan = sync.make_plan(TARGET, TODAY + timedelta(days=1), owner="night")
    assert (plan.id, plan.observed) == (None, True)
    assert by_hand.members() == dict.fromkeys(people(20), 1)
    assert run_sql(live, "SELECT count(*) FROM registry.address") == [(25,)]
    assert run_sql(live, "SELECT count(*) FROM registry.listing") == [(0,)]  # it keeps nobody from expiring
    with pytest.raises(Held, match="handed back"):
        onboarding.hand_back(TARGET, TODAY, by="officer", why="twice")
    assert onboarding.note_sheet_taken(TARGET) == {"deleted": 1}
    assert not path.exists()


def test_after_a_hand_back_the_list_is_adopted_anew_and_anyone_who_left_meanwhile_stays_off(
    live: str, by_hand: BulletinList
) -> None:
    register(live, "person", people(20))
    sync_once()
    onboarding.hand_back(TARGET, TODAY, by="officer", why="a week by hand")
    by_hand.unsubscribe(people(2))
    by_hand.put(["vieras@sandbox-posti.fi"])
    onboarding.observe(TARGET, by="officer", why="back again")
    for day in range(2):
        sync.make_plan(TARGET, TODAY + timedelta(days=day), owner=f"n{day}")
        onboarding.pilot(TODAY + timedelta(days=day), owner=f"p{day}")
    counts = onboarding.adopt(TARGET, TODAY, owner="adopting")
    assert (counts["in_both"], counts["list_only"], counts["registry_only"]) == (18, 1, 2)
    with pytest.raises(Held, match="not known who had left"):
        onboarding.go_live(TARGET, by="officer", why="too early")
    assert sync.make_plan(TARGET, TODAY, owner="n9").counts["add"] == 0


def test_a_hand_back_in_the_middle_of_a_sync_stops_the_rest_of_it(live: str, by_hand: BulletinList) -> None:
    register(live, "person", people(10))
    plan = sync.make_plan(TARGET, TODAY, owner="slow")
    assert plan.id is not None
    onboarding.hand_back(TARGET, TODAY, by="officer", why="stop")
    with pytest.raises(Held, match="superseded"):
        sync.apply(plan.id)
    assert by_hand.members() == {}
