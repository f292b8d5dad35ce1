"""A list goes from people's hands to live: nobody is added or removed before, and nobody who left is put back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from chaos.webropol import BulletinList
from email_registry import onboarding, plans, sync, unsubscribes
from email_registry.errors import Held
from email_registry.report import status
from tests.list_syncs import TARGET, TODAY, people, sync_once
from tests.offices import Office
from tests.registry_rows import make_absent, register, run_sql
from tests.spreadsheets.tables import write_text

BOTH, LEFT, UNMANAGED = people(30), people(20, start=30), ["vieras1@sandbox-posti.fi", "vieras2@sandbox-posti.fi"]


@pytest.fixture
def kept_by_hand(admin_url: str, by_hand: BulletinList) -> str:
    """Thirty persons are in both, twenty in the registry only, two on the list only."""
    register(admin_url, "person", [*BOTH, *LEFT])
    by_hand.fill([*(email.upper() for email in BOTH[:3]), *BOTH[3:], *UNMANAGED])
    return admin_url


def observe_night(on: date) -> sync.planning.Plan:  # type: ignore[name-defined]
    plan = sync.make_plan(TARGET, on, owner=f"night {on}")
    assert plan.id is None
    return plan


def pass_every_step(*, signed: bool = True) -> None:
    for nights in range(2):
        observe_night(TODAY + timedelta(days=nights))
        onboarding.pilot(TODAY + timedelta(days=nights), owner=f"pilot {nights}")
    onboarding.adopt(TARGET, TODAY, owner="adopting")
    if signed:
        onboarding.sign_none_left(TARGET, by="officer", why="the list was never mailed before")


def test_an_observed_night_changes_nothing_and_reports_what_it_would_have_done(
    kept_by_hand: str, by_hand: BulletinList
) -> None:
    before = by_hand.members()
    plan = observe_night(TODAY)
    assert (plan.observed, plan.counts["add"], plan.counts["adopt"], plan.counts["unmanaged"]) == (True, 20, 30, 2)
    assert by_hand.members() == before
    assert run_sql(kept_by_hand, "SELECT count(*) FROM operations.plan") == [(0,)]
    assert run_sql(kept_by_hand, "SELECT count(*) FROM registry.listing") == [(0,)]
    row = next(row for row in status()["targets"] if row["target"] == TARGET)
    assert (row["stage"], row["observed"], row["add"]) == ("observed", 1, 20)


def test_adopting_takes_over_everyone_who_is_in_both_and_adds_and_removes_nobody(
    kept_by_hand: str, by_hand: BulletinList
) -> None:
    before, last = by_hand.members(), by_hand.last()
    for _ in range(2):  # it may be repeated
        counts = onboarding.adopt(TARGET, TODAY, owner="adopting")
        assert counts == {"in_both": 30, "list_only": 2, "registry_only": 20, "suppressed": 0}
        assert (by_hand.members(), by_hand.last()) == (before, last)
        assert run_sql(kept_by_hand, "SELECT count(*) FROM registry.listing WHERE seen IS NOT NULL") == [(30,)]
        assert run_sql(kept_by_hand, "SELECT count(*) FROM registry.withheld") == [(20,)]
        assert run_sql(kept_by_hand, "SELECT count(*) FROM staging.member") == [(0,)]
    assert observe_night(TODAY).counts["add"] == 0


def test_anyone_who_left_before_stays_off_and_the_others_are_added_once_it_is_known_who_left(
    kept_by_hand: str, by_hand: BulletinList, office: Office
) -> None:
    pass_every_step(signed=False)
    with pytest.raises(Held, match="not known who had left"):
        onboarding.go_live(TARGET, by="officer", why="too early")
    export = "\r\n".join(["Sähköposti", *(email.title() for email in LEFT[:15])])
    office.sheets.joinpath("unsubscribes").mkdir(parents=True, exist_ok=True)
    write_text(office.sheets / "unsubscribes" / "do-not-contact.csv", export + "\r\n")
    assert unsubscribes.read_unsubscribes(TODAY, owner="unsubscribes")["do_not_contact"] == 15
    onboarding.go_live(TARGET, by="officer", why="all steps were passed")
    done = sync_once(on=TODAY + timedelta(days=2))
    assert (done["added"], done["removed"], done["verified"]) == (5, 0, 1)
    assert not set(LEFT[:15]) & by_hand.members().keys()
    assert {*BOTH, *UNMANAGED, *LEFT[15:]} == {email.lower() for email in by_hand.members()}


def test_an_officer_may_sign_that_nobody_had_left(kept_by_hand: str, by_hand: BulletinList) -> None:
    with pytest.raises(Held, match="adopt it first"):
        onboarding.sign_none_left(TARGET, by="officer", why="nothing to sign yet")
    pass_every_step()
    onboarding.go_live(TARGET, by="officer", why="all steps were passed")
    assert sync_once(on=TODAY + timedelta(days=2))["added"] == 20
    events = run_sql(kept_by_hand, "SELECT actor, counts ->> 'why' FROM audit.event WHERE action = 'none_left'")
    assert events == [("officer", "the list was never mailed before")]


def test_an_address_that_came_after_the_adoption_is_not_withheld(kept_by_hand: str, by_hand: BulletinList) -> None:
    pass_every_step(signed=False)
    new = people(3, start=900)
    register(kept_by_hand, "person", new)
    assert observe_night(TODAY).counts["add"] == 3


@pytest.mark.parametrize(
    ("skip", "message"),
    [
        ("observe", "0 of 2 nights were observed"),
        ("adopt", "was not adopted"),
        ("pilot", "0 of 2 nights of the pilot were verified"),
    ],
)
def test_a_list_does_not_go_live_before_it_has_passed_every_step(kept_by_hand: str, skip: str, message: str) -> None:
    steps = {
        "observe": lambda: [observe_night(TODAY), observe_night(TODAY + timedelta(days=1))],
        "adopt": lambda: [
            onboarding.adopt(TARGET, TODAY, owner="a"),
            onboarding.sign_none_left(TARGET, by="o", why="w"),
        ],
        "pilot": lambda: [onboarding.pilot(TODAY + timedelta(days=day), owner=f"p{day}") for day in range(2)],
    }
    for name, step in steps.items():
        if name != skip:
            step()
    with pytest.raises(Held) as raised:
        onboarding.go_live(TARGET, by="officer", why="too early")
    assert message in str(raised.value)
    assert len(onboarding.check_steps(TARGET)) == 1
    steps[skip]()
    assert onboarding.check_steps(TARGET) == []
    onboarding.go_live(TARGET, by="officer", why="now")
    with pytest.raises(Held, match="is live already"):
        onboarding.go_live(TARGET, by="officer", why="again")
    with pytest.raises(Held, match="is live"):
        onboarding.adopt(TARGET, TODAY, owner="late")


def test_a_live_list_may_be_observed_again_and_its_steps_then_count_no_more(
    kept_by_hand: str, by_hand: BulletinList
) -> None:
    pass_every_step()
    onboarding.go_live(TARGET, by="officer", why="now")
    sync_once(on=TODAY + timedelta(days=2))
    register(kept_by_hand, "person", people(4, start=800))
    onboarding.observe(TARGET, by="officer", why="something is odd")
    plan = observe_night(TODAY + timedelta(days=3))
    assert (plan.counts["add"], len(by_hand.members())) == (4, 52)
    assert len(onboarding.check_steps(TARGET)) == 2  # nights and adoption; the pilot was passed


def test_a_plan_that_waits_is_superseded_when_the_list_is_observed(kept_by_hand: str) -> None:
    pass_every_step()
    onboarding.go_live(TARGET, by="officer", why="now")
    sync_once(on=TODAY + timedelta(days=2))
    register(kept_by_hand, "person", people(300, start=1000))
    assert sync_once(on=TODAY + timedelta(days=3))["added"] == 0
    (plan,), *_ = run_sql(kept_by_hand, "SELECT id FROM operations.plan WHERE state = 'open'")
    onboarding.observe(TARGET, by="officer", why="something is odd")
    with pytest.raises(Held, match="superseded"):
        plans.decide(plan, plans.Decision.APPROVED, by="officer", why="too late")


def test_an_absent_person_on_the_list_is_adopted_and_removed_only_once_the_list_is_live(
    kept_by_hand: str, by_hand: BulletinList
) -> None:
    make_absent(kept_by_hand, BOTH[:2], TODAY)
    pass_every_step()
    assert BOTH[0] in {email.lower() for email in by_hand.members()}
    onboarding.go_live(TARGET, by="officer", why="now")
    assert sync_once(on=TODAY + timedelta(days=2))["removed"] == 2
