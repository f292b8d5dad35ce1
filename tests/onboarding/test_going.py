"""Giving a list back to people's hands, and the end of a registry."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from chaos.webropol import BulletinList
from email_registry import night, onboarding, suppression, sync
from email_registry.boundaries.database import transaction
from email_registry.deliveries import RestDelivery
from email_registry.errors import Held, RegistryError
from email_registry.onboarding import closing
from email_registry.settings import policy
from tests.list_syncs import TARGET, TODAY, people, sync_once
from tests.offices import Office
from tests.onboarding.conftest import rule
from tests.registry_rows import register, run_sql
from tests.spreadsheets.tables import cells, text

EVERYTHING = ("registry.address", "registry.unseen", "registry.listing", "registry.withheld", "registry.suppression")


@pytest.fixture
def live(admin_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    rule(monkeypatch, tmp_path, sync={"begins": "live"})
    return admin_url


def rows(admin_url: str) -> list[int]:
    return [int(run_sql(admin_url, f"SELECT count(*) FROM {table}")[0][0]) for table in EVERYTHING]


# Retreat -------------------------------------------------------------------------------------------


def test_retreating_gives_the_last_verified_list_as_a_private_sheet_and_delivers_no_more(
    live: str, by_hand: BulletinList, office: Office
) -> None:
    register(live, "person", people(20))
    sync_once()
    register(live, "person", people(5, start=100))  # known, and never listed
    done = onboarding.hand_back(TARGET, TODAY, by="officer", why="Webropol's interface is gone")
    path = Path(str(done["sheet"]))
    assert (done["rows"], path.parent, path.stat().st_mode & 0o777) == (20, office.sheets / TARGET, 0o600)
    assert {row[0] for row in cells(path)[1:]} == set(people(20))
    plan = sync.make_plan(TARGET, TODAY + timedelta(days=1), owner="night")
    assert (plan.id, plan.observed) == (None, True)
    assert by_hand.members() == dict.fromkeys(people(20), 1)
    assert run_sql(live, "SELECT count(*) FROM registry.address") == [(25,)]
    assert run_sql(live, "SELECT count(*) FROM registry.listing") == [(0,)]  # it keeps nobody from expiring
    with pytest.raises(Held, match="handed back"):
        onboarding.hand_back(TARGET, TODAY, by="officer", why="twice")
    assert onboarding.note_sheet_taken(TARGET) == {"deleted": 1}
    assert not path.exists()


def test_after_a_retreat_the_list_is_adopted_anew_and_who_left_meanwhile_is_not_put_back(
    live: str, by_hand: BulletinList
) -> None:
    register(live, "person", people(20))
    sync_once()
    onboarding.hand_back(TARGET, TODAY, by="officer", why="a week by hand")
    by_hand.strike(people(2))
    by_hand.put(["vieras@sandbox-posti.fi"])
    onboarding.observe(TARGET, by="officer", why="back again")
    for day in range(2):
        sync.make_plan(TARGET, TODAY + timedelta(days=day), owner=f"n{day}")
        onboarding.pilot(TODAY + timedelta(days=day), owner=f"p{day}")
    adopted = onboarding.adopt(TARGET, TODAY, owner="adopting")
    assert (adopted["in_both"], adopted["list_only"], adopted["registry_only"]) == (18, 1, 2)
    with pytest.raises(Held, match="not known who had left"):
        onboarding.go_live(TARGET, by="officer", why="too early")
    assert sync.make_plan(TARGET, TODAY, owner="n9").counts["add"] == 0


def test_a_retreat_in_the_middle_of_a_sync_stops_the_rest_of_it(live: str, by_hand: BulletinList) -> None:
    register(live, "person", people(10))
    plan = sync.make_plan(TARGET, TODAY, owner="slow")
    assert plan.id is not None
    onboarding.hand_back(TARGET, TODAY, by="officer", why="stop")
    with pytest.raises(Held, match="superseded"):
        sync.apply(plan.id)
    assert by_hand.members() == {}


# The end -------------------------------------------------------------------------------------------


def close(**changes: str) -> dict[str, object]:
    given = {"owner": "closing", "by": "officer", "why": "the purpose ended"}
    return dict(onboarding.close(TODAY, **{**given, "confirm": policy().office.controller.fi, **changes}))


@pytest.fixture
def full(live: str, by_hand: BulletinList) -> str:
    register(live, "person", people(12))
    with transaction("list_sync") as database:
        suppression.record(database, ["muu@sandbox-posti.fi"], "all", "objection", TODAY)
    sync_once()
    by_hand.put(["vieras@sandbox-posti.fi"])
    return live


def test_the_end_takes_everybody_off_every_list_and_deletes_all_that_is_held(
    full: str, by_hand: BulletinList, office: Office
) -> None:
    assert onboarding.count_everything()["addresses"] == 12
    done = close()
    assert (done["removed"], done["unmanaged"], done["address"], done["suppression"]) == (12, 1, 12, 1)
    assert set(by_hand.members()) == {"vieras@sandbox-posti.fi"}
    assert rows(full) == [0] * len(EVERYTHING)
    assert run_sql(full, "SELECT count(*) FROM operations.plan_item") == [(0,)]
    certificate = json.loads(Path(str(done["certificate"])).read_text(encoding="utf-8"))
    assert (certificate["deleted"]["address"], certificate["by"]) == (12, "officer")
    assert "@" not in json.dumps(certificate)
    for work in (
        lambda: night.open_night(TODAY + timedelta(days=1), owner="night"),
        lambda: sync.make_plan(TARGET, TODAY + timedelta(days=1), owner="sync"),
    ):
        with pytest.raises(Held, match="was closed on"):
            work()


def test_without_the_controllers_name_nothing_is_closed(full: str, by_hand: BulletinList) -> None:
    before = rows(full)
    with pytest.raises(Held, match="controller's name"):
        close(confirm="TE-toimisto")
    assert rows(full) == before
    assert len(by_hand.members()) == 13


def test_nothing_is_deleted_here_while_somebody_is_still_on_a_list(
    full: str, by_hand: BulletinList, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = rows(full)
    monkeypatch.setattr(RestDelivery, "remove", lambda self, ids, emails: None)
    with pytest.raises(RegistryError, match="12 are still on the list"):
        close()
    assert rows(full)[:1] == before[:1]


def test_an_end_that_died_after_it_had_deleted_is_taken_up_again_and_certified_whole(
    full: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:

        def die(*given: object) -> None:
            raise KeyboardInterrupt

        patch.setattr(closing, "outside_transaction", die)
        with pytest.raises(KeyboardInterrupt):
            close()
    run_sql(full, "UPDATE operations.run SET heartbeat_at = now() - interval '16 minutes' WHERE state = 'open'")
    done = close(owner="again")
    assert (done["address"], done["suppression"]) == (12, 1)


def test_a_list_kept_by_sheets_ends_by_a_sheet_and_an_export_that_shows_nobody(
    office: Office, live: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sheet = {"template": "pohja.csv", "email": "Sähköposti"}
    by_sheets = {TARGET: {"delivery": "sheets", "sheet": sheet}}
    rule(monkeypatch, tmp_path, sync={"begins": "live"}, targets=by_sheets)
    register(live, "person", people(4))
    office.sheets.mkdir(parents=True, exist_ok=True)
    text(office.sheets / "pohja.csv", "Nimi;Sähköposti\r\n")
    inbox = office.sheets / TARGET / "in"
    with pytest.raises(Held, match="put an export"):
        close()
    inbox.mkdir(parents=True)
    text(inbox / "vienti.csv", "\r\n".join(["Sähköposti", *people(4), "vieras@sandbox-posti.fi"]) + "\r\n")
    with pytest.raises(Held, match="4 are on the list"):
        close()
    (made,) = (office.sheets / TARGET).glob("removals-*")
    assert {row[1] for row in cells(made)[1:]} == set(people(4))
    assert rows(live)[0] == 4
    text(inbox / "vienti2.csv", "Sähköposti\r\nvieras@sandbox-posti.fi\r\n")
    done = close()
    assert (done["unmanaged"], done["address"]) == (1, 4)
    assert [path for path in (office.sheets / TARGET).rglob("*") if path != inbox] == []
