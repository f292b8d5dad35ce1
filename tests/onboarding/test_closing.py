"""The end of a registry: everybody comes off every list, then everything is deleted here."""

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
from tests.onboarding.rules import rule
from tests.registry_rows import register, run_sql
from tests.spreadsheets.tables import read_cells, write_text

TABLES = ("registry.address", "registry.unseen", "registry.listing", "registry.withheld", "registry.suppression")


def count_rows(admin_url: str) -> list[int]:
    return [int(run_sql(admin_url, f"SELECT count(*) FROM {table}")[0][0]) for table in TABLES]


def close(**changes: str) -> dict[str, object]:
    options = {"owner": "closing", "by": "officer", "why": "the purpose ended"}
    return dict(onboarding.close(TODAY, **{**options, "confirm": policy().office.controller.fi, **changes}))


@pytest.fixture
def full(live: str, by_hand: BulletinList) -> str:
    register(live, "person", people(12))
    with transaction("list_sync") as database:
        suppression.record(database, ["muu@sandbox-posti.fi"], "all", "objection", TODAY)
    sync_once()
    by_hand.put(["vieras@sandbox-posti.fi"])
    return live


def test_closing_takes_everybody_off_every_list_and_deletes_everything(
    full: str, by_hand: BulletinList, office: Office
) -> None:
    assert onboarding.count_everything()["addresses"] == 12
    done = close()
    assert (done["removed"], done["unmanaged"], done["address"], done["suppression"]) == (12, 1, 12, 1)
    assert set(by_hand.members()) == {"vieras@sandbox-posti.fi"}
    assert count_rows(full) == [0] * len(TABLES)
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
    before = count_rows(full)
    with pytest.raises(Held, match="controller's name"):
        close(confirm="TE-toimisto")
    assert count_rows(full) == before
    assert len(by_hand.members()) == 13


def test_nothing_is_deleted_here_while_somebody_is_still_on_a_list(
    full: str, by_hand: BulletinList, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = count_rows(full)
    monkeypatch.setattr(RestDelivery, "remove", lambda self, ids, emails: None)
    with pytest.raises(RegistryError, match="12 are still on the list"):
        close()
    assert count_rows(full)[:1] == before[:1]


def test_a_closing_that_died_after_it_had_deleted_is_taken_up_again_and_certified_whole(
    full: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:

        def die(*_: object) -> None:
            raise KeyboardInterrupt

        patch.setattr(closing, "outside_transaction", die)
        with pytest.raises(KeyboardInterrupt):
            close()
    run_sql(full, "UPDATE operations.run SET heartbeat_at = now() - interval '16 minutes' WHERE state = 'open'")
    done = close(owner="again")
    assert (done["address"], done["suppression"]) == (12, 1)


def test_a_list_kept_by_sheets_is_closed_by_a_sheet_and_an_export_that_shows_nobody(
    office: Office, live: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sheet = {"template": "pohja.csv", "email": "Sähköposti"}
    by_sheets = {TARGET: {"delivery": "sheets", "sheet": sheet}}
    rule(monkeypatch, tmp_path, sync={"begins": "live"}, targets=by_sheets)
    register(live, "person", people(4))
    office.sheets.mkdir(parents=True, exist_ok=True)
    write_text(office.sheets / "pohja.csv", "Nimi;Sähköposti\r\n")
    inbox = office.sheets / TARGET / "in"
    with pytest.raises(Held, match="put an export"):
        close()
    inbox.mkdir(parents=True)
    write_text(inbox / "vienti.csv", "\r\n".join(["Sähköposti", *people(4), "vieras@sandbox-posti.fi"]) + "\r\n")
    with pytest.raises(Held, match="4 are on the list"):
        close()
    (sheet_of_removals,) = (office.sheets / TARGET).glob("removals-*")
    assert {row[1] for row in read_cells(sheet_of_removals)[1:]} == set(people(4))
    assert count_rows(live)[0] == 4
    write_text(inbox / "vienti2.csv", "Sähköposti\r\nvieras@sandbox-posti.fi\r\n")
    done = close()
    assert (done["unmanaged"], done["address"]) == (1, 4)
    assert [path for path in (office.sheets / TARGET).rglob("*") if path != inbox] == []
