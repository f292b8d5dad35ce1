"""No event, no act: where the audit takes no event, an act leaves the registry and the lists as they were."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from email_registry import expire, lists, onboarding, rights, unsubscribes
from email_registry.errors import RegistryError
from email_registry.night import flow
from email_registry.settings import policy
from tests.list_syncs import TARGET, people, sync_once
from tests.offices import Office
from tests.registry_rows import make_absent, register, run_sql
from tests.rights.persons import TODAY, ask
from tests.unsubscribes.unsubscribers import drop_export

STATE = (
    "SELECT * FROM registry.address ORDER BY id",
    "SELECT * FROM registry.unseen ORDER BY address_id",
    "SELECT * FROM registry.suppression ORDER BY id",
    "SELECT * FROM registry.withdrawal ORDER BY digest",
    "SELECT target, address_id FROM registry.listing ORDER BY 1, 2",
    "SELECT target, stage FROM operations.stage ORDER BY 1",
    "SELECT target, until FROM operations.freeze ORDER BY 1",
    "SELECT id, state FROM operations.rights_case ORDER BY id",
    "SELECT count(*) FROM audit.event",
)
EXPIRED = TODAY + timedelta(days=40)


def load(office: Office) -> None:
    flow.play(TODAY, owner="test", tell=lambda _: None)


def read_unsubscribes(office: Office) -> None:
    drop_export(office, "do-not-contact.csv", people(1, start=5))
    unsubscribes.read_unsubscribes(TODAY, owner="test")


def sync_list(office: Office) -> None:
    register(office.environment["REGISTRY_ADMIN_URL"], "person", [])
    sync_once()


def close(office: Office) -> None:
    onboarding.close(TODAY, owner="test", by="x", why="x", confirm=policy().office.controller.fi)


ACTS: dict[str, Callable[[Office], Any]] = {
    "night": load,
    "sync": sync_list,
    "unsubscribes": read_unsubscribes,
    "expire": lambda _: expire.expire("person", EXPIRED, owner="test"),
    "clear": lambda _: expire.clear_history(TODAY + timedelta(days=3), owner="test"),
    "freeze": lambda _: lists.freeze(TARGET, TODAY, TODAY + timedelta(days=2), by="x", why="x"),
    "hand back": lambda _: onboarding.hand_back(TARGET, TODAY, by="x", why="x"),
    "close": close,
    "access": lambda _: rights.read_access(ask(people(1)[0]), TODAY),
    "rectify": lambda _: rights.rectify(ask(people(1)[0]), TODAY, remove=True),
    "erase": lambda _: rights.erase(ask(people(1)[0]), TODAY),
    "object": lambda _: rights.object_(ask(people(1)[0]), TODAY),
    "withdraw": lambda _: rights.withdraw(ask(people(1, start=2)[0]), TODAY),
    "close case": lambda _: rights.dismiss(by="x", why="x", number="2026/noted", right="access"),
    "confirm": lambda _: rights.confirm_all(TODAY, owner="test"),
}


@contextmanager
def without_audit(url: str) -> Iterator[None]:
    """No event can be written."""
    run_sql(
        url,
        "CREATE FUNCTION audit.refuse() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'no room' USING ERRCODE = 'disk_full'; END $$",
    )
    run_sql(url, "CREATE TRIGGER refuse BEFORE INSERT ON audit.event EXECUTE FUNCTION audit.refuse()")
    try:
        yield
    finally:
        run_sql(url, "DROP TRIGGER refuse ON audit.event")


@pytest.fixture
def admin_url(office: Office) -> str:
    """Thirty persons on their list: one is absent and one suppressed; an erasure is not off its lists yet."""
    url = office.environment["REGISTRY_ADMIN_URL"]
    register(url, "person", people(30))
    sync_once()
    taken = rights.object_(ask(people(1, start=2)[0]), TODAY)
    assert not rights.confirm(taken.case.id, TODAY, owner="test", by="officer")
    rights.erase(ask(people(1, start=3)[0]), TODAY)
    rights.note_request(ask(people(1, start=6)[0], "2026/noted"), "access", TODAY)
    absent = people(1, start=4)
    make_absent(url, absent, TODAY)
    run_sql(
        url,
        "DELETE FROM registry.listing USING registry.address a WHERE a.id = address_id AND a.email = %s",
        absent[0],
    )
    return url


def state(url: str, office: Office) -> tuple[object, ...]:
    return (*(run_sql(url, query) for query in STATE), office.members(TARGET))


def tried(act: str, office: Office) -> None:
    """Some acts are held, some count what failed: the state shows what they did. A fault of the software is neither."""
    try:
        ACTS[act](office)
    except RegistryError as error:
        if error.exit_code == 1:
            raise


@pytest.mark.stack
@pytest.mark.parametrize("act", ACTS)
def test_without_its_event_nothing_is_done_and_with_it_something_is(admin_url: str, office: Office, act: str) -> None:
    before = state(admin_url, office)
    with without_audit(admin_url):
        tried(act, office)
    assert state(admin_url, office) == before
    run_sql(admin_url, "UPDATE operations.run SET state = 'failed', ended_at = now() WHERE state = 'running'")
    tried(act, office)
    assert state(admin_url, office) != before
