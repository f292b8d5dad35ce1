"""Addresses that Webropol refuses, alters or duplicates, and two lists of one name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from email_registry import expire, plans, sync
from email_registry.deliveries import RestDelivery
from email_registry.errors import DeliveryFailed, Held
from email_registry.plans import Outcome
from email_registry.privacy import AddressColumn
from tests.list_syncs import TARGET, TODAY, people, sync_once
from tests.offices import Office
from tests.registry_rows import register, run_sql
from tests.sync.list_changes import open_plan


@pytest.fixture
def admin_url(office: Office) -> str:
    return office.environment["REGISTRY_ADMIN_URL"]


def answering(monkeypatch: pytest.MonkeyPatch, outcome: Outcome) -> list[int]:
    """Webropol answers so for the first address of each batch and leaves it out. Returns the sizes of the batches."""
    whole, asked = RestDelivery.add, list[int]()

    def add(self: RestDelivery, emails: AddressColumn) -> Sequence[Outcome]:
        asked.append(len(emails))
        rest = list(emails.reveal())[1:]
        return [outcome, *(whole(self, AddressColumn(rest)) if rest else ())]

    monkeypatch.setattr(RestDelivery, "add", add)
    return asked


def test_a_refused_address_is_counted_and_not_asked_for_again_for_the_policys_days(
    admin_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(admin_url, "person", people(3))
    asked = answering(monkeypatch, Outcome.REFUSED)
    first = sync_once()
    assert (first["added"], first["refused"], first["listed"], first["verified"]) == (3, 1, 2, 1)
    second = sync_once(on=TODAY + timedelta(days=29))
    assert (second["added"], second["refused"], second["verified"]) == (0, 1, 1)
    assert sync_once(on=TODAY + timedelta(days=30))["added"] == 1
    assert asked == [3, 1]


def test_an_address_that_failed_in_a_batch_is_reported_and_asked_for_by_the_next_sync(
    admin_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(admin_url, "person", people(3))
    with monkeypatch.context() as patch:
        answering(patch, Outcome.FAILED)
        with pytest.raises(DeliveryFailed, match="1 added are not there"):
            sync_once()
    done = sync_once()
    assert (done["added"], done["verified"]) == (1, 1)


def test_an_address_that_webropol_altered_is_not_asked_for_again(
    admin_url: str, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(admin_url, "person", ["aino+tiedote@sandbox-posti.fi", "eero@sandbox-posti.fi"])
    whole, asked = RestDelivery.add, list[int]()

    def without_tag(self: RestDelivery, emails: AddressColumn) -> Sequence[Outcome]:
        asked.append(len(emails))
        return whole(self, AddressColumn(str(email).replace("+tiedote", "") for email in emails.reveal()))

    monkeypatch.setattr(RestDelivery, "add", without_tag)
    with pytest.raises(DeliveryFailed, match="1 added are not there"):
        sync_once()
    done = sync_once()
    assert (done["added"], done["refused"], done["unmanaged"], done["verified"]) == (0, 1, 1, 1)
    assert asked == [2]
    assert sorted(office.members(TARGET).values()) == ["aino@sandbox-posti.fi", "eero@sandbox-posti.fi"]


def test_of_two_copies_of_a_member_one_stays(admin_url: str, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    register(admin_url, "person", people(3))
    sync_once()
    whole = RestDelivery.members
    removed: list[Sequence[str]] = []

    def doubled(self: RestDelivery):  # type: ignore[no-untyped-def]
        for page in whole(self):
            twin = "ffffffff-0000-4000-8000-000000000000"
            extra = () if removed else (twin,)
            emails = [*page.emails.reveal(), *(str(page.emails.reveal()[0]).upper() for _ in extra)]
            yield type(page)((*page.ids, *extra), AddressColumn(emails))

    monkeypatch.setattr(RestDelivery, "members", doubled)
    monkeypatch.setattr(RestDelivery, "remove", lambda self, ids, emails: removed.append(ids))
    done = sync_once()
    assert (done["duplicate"], done["removed"], done["added"], done["verified"]) == (1, 1, 0, 1)
    assert removed == [["ffffffff-0000-4000-8000-000000000000"]]
    assert len(office.members(TARGET)) == 3


def test_two_lists_of_one_name_are_not_synced(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    from email_registry.boundaries.web import Door

    whole = Door.get

    def twins(self: Door, url: str, **options: object) -> object:
        lists = whole(self, url, **options)
        if url.endswith("/lists"):
            mine = next(row for row in lists if row["Name"] == TARGET)
            lists.append({**mine, "ListId": "11111111-1111-4111-8111-111111111111", "Name": TARGET.upper()})
        return lists

    monkeypatch.setattr(Door, "get", twins)
    with pytest.raises(Held, match="two lists at Webropol have its name"):
        sync.make_plan(TARGET, TODAY, owner="one")


def test_a_list_whose_members_all_left_is_not_filled_again(admin_url: str, office: Office) -> None:
    register(admin_url, "person", people(40))
    sync_once()
    office.webropol(
        "POST",
        f"/lists/{office.list_id(TARGET)}/members/removals",
        json={"MemberIds": list(office.members(TARGET))},
    )
    sync_once()
    plan = open_plan(admin_url)
    plans.decide(
        plan,
        plans.Decision.APPROVED,
        by="tester",
        why="a mistake of ours made them all leave",
        reset_answer=plans.ResetAnswer.LEFT,
    )
    assert sync.apply_approved(plan, owner="approved")["left"] == 40
    done = sync_once()
    assert (done["added"], done["desired"], done["verified"]) == (0, 0, 1)
    assert office.members(TARGET) == {}


def test_a_refused_address_that_is_not_desired_any_more_may_expire(
    admin_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(admin_url, "person", people(30))
    answering(monkeypatch, Outcome.REFUSED)
    assert sync_once()["refused"] == 1
    run_sql(
        admin_url,
        "INSERT INTO registry.unseen SELECT address_id, %s, %s FROM registry.listing WHERE refused_on IS NOT NULL",
        TODAY,
        TODAY,
    )
    later = TODAY + timedelta(days=31)
    assert sync_once(on=later)["refused"] == 0
    assert expire.expire("person", later, owner="test") == {"deleted": 1, "still_listed": 0}
