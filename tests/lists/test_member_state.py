"""The state of a list's member follows from what is known of it; no row is without one."""

from __future__ import annotations

from itertools import product

import pytest
from psycopg2.errors import CheckViolation

from email_registry.lists import MemberState
from tests.registry_rows import register, run_sql

TIMES = ("add_asked", "seen", "remove_asked", "add_imported", "remove_imported")
COLUMNS = (*TIMES, "missed_in", "refused_on")
EVERY = (
    "SELECT registry.member_state(ROW('t', 1, c.add_asked, c.seen, c.remove_asked, c.missed_in, c.refused_on,"
    " c.add_imported, c.remove_imported)::registry.listing)"
    " FROM (SELECT {columns}) c"
)


@pytest.fixture
def admin_url(registry_env: dict[str, str]) -> str:
    return registry_env["REGISTRY_ADMIN_URL"]


def state_of(known: tuple[bool, ...], admin_url: str) -> str | None:
    """The state of a row in which these columns are known."""
    kinds = {"missed_in": "1::bigint", "refused_on": "now()::date"}
    columns = ", ".join(
        f"{kinds.get(name, 'now()') if is_known else 'NULL'} AS {name}"
        for name, is_known in zip(COLUMNS, known, strict=True)
    )
    ((state,),) = run_sql(admin_url, EVERY.format(columns=columns))
    return state if state is None else str(state)


def test_every_row_that_may_be_has_a_state_and_every_state_is_some_rows(admin_url: str) -> None:
    states = {known: state_of(known, admin_url) for known in product((False, True), repeat=len(COLUMNS))}
    allowed = {state for known, state in states.items() if known[0] or known[1]}
    assert allowed == {member.value for member in MemberState}


@pytest.mark.parametrize(
    ("known", "state"),
    [
        (("add_asked",), MemberState.ADDITION_ASKED),
        (("add_asked", "add_imported"), MemberState.ADDITION_IMPORTED),
        (("add_asked", "seen"), MemberState.ON_LIST),
        (("seen",), MemberState.ON_LIST),
        (("seen", "missed_in"), MemberState.MISSING),
        (("add_asked", "refused_on"), MemberState.REFUSED),
        (("seen", "remove_asked"), MemberState.REMOVAL_ASKED),
        (("seen", "missed_in", "remove_asked"), MemberState.REMOVAL_ASKED),
        (("seen", "remove_asked", "remove_imported"), MemberState.REMOVAL_IMPORTED),
        (("seen", "remove_imported"), MemberState.ON_LIST),  # a removal that was cancelled after all
    ],
)
def test_what_was_asked_last_decides(admin_url: str, known: tuple[str, ...], state: MemberState) -> None:
    assert state_of(tuple(name in known for name in COLUMNS), admin_url) == state


def test_a_row_without_a_state_is_refused(admin_url: str) -> None:
    register(admin_url, "person", ["aino@sandbox-posti.fi"])
    with pytest.raises(CheckViolation, match="listing_has_state"):
        run_sql(admin_url, "INSERT INTO registry.listing (target, address_id) SELECT 't', id FROM registry.address")
