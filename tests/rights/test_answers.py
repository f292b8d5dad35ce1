"""What a person and the officer are told is true, of lists that they stay on and a second time too; every case ends."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from email_registry import rights, suppression
from email_registry.boundaries.database import transaction
from email_registry.errors import ConfigurationError, Held
from email_registry.suppression import Reason
from tests.list_syncs import ALL, TARGET, people, sync_once
from tests.offices import Office
from tests.registry_rows import register, run_sql
from tests.rights.persons import TODAY, ask
from tests.rights.persons import rights as command

pytestmark = pytest.mark.stack

PERSON, OTHER = people(2)
COMPANIES = "yritysasiakkaat"
LISTS = (TARGET, COMPANIES, ALL)
AWAY = {"conn_type": "http", "host": "http://127.0.0.1:9", "login": "x", "password": "y"}
OFF = "SELECT off FROM operations.rights_case WHERE id = %s"


@pytest.fixture
def admin_url(office: Office) -> str:
    """Thirty persons, of whom two are in the company audience too; every list is equal."""
    url = office.environment["REGISTRY_ADMIN_URL"]
    register(url, "person", people(30))
    register(url, "company", people(2))
    for target in LISTS:
        sync_once(target)
    return url


@contextmanager
def away(office: Office) -> Iterator[None]:
    office.connect(webropol=AWAY)
    try:
        yield
    finally:
        office.connect()


def confirm(case: rights.Case, *said_off: str) -> dict[str, str]:
    return dict(rights.confirm(case.id, TODAY, owner="test", by="officer", said_off=said_off).why)


def words(letter: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", letter))


@pytest.mark.parametrize(
    ("language", "stays", "name"),
    [
        ("en", "stays on these lists as one of the business customers", "Bulletins to all customers"),
        ("fi", "edelleen ryhmässä yritysasiakkaat", "Tiedotteet kaikille asiakkaille"),
    ],
)
def test_a_list_that_they_stay_on_for_the_other_audience_is_not_told_to_be_left(
    admin_url: str, language: rights.Language, stays: str, name: str
) -> None:
    request = ask(PERSON)
    done = rights.object_(request, TODAY, scope="person")
    assert confirm(done.case) == {}
    case = rights.find_case(request, "object")
    assert (case.confirmed_off, case.kept_on) == ({TARGET: "read back"}, [ALL])
    letter = rights.render_letter(case, done.before, language, TODAY)
    assert name not in "".join(re.findall("<li>.*?</li>", letter))
    assert f"{stays}: {name}." in words(letter)


def test_the_command_names_the_list_that_they_stay_on(admin_url: str, office: Office) -> None:
    given = ["object", "--audience", "person", "--case", "2026/60", "--identity", "passport", "--date", str(TODAY)]
    done = command(office.environment, PERSON, *given)
    assert done.returncode == 0, done.stderr
    assert f"{TARGET}: not there (read back)\n{ALL}: stays there as one of the business customers\n" in done.stdout


def test_one_who_asks_twice_under_two_numbers_stays_in_both(admin_url: str) -> None:
    cases = [rights.object_(ask(PERSON), TODAY, scope="person").case for _ in range(2)]
    assert rights.confirm_all(TODAY, owner="test")["waiting"] == 0
    assert [run_sql(admin_url, OFF, case.id)[0][0][ALL] for case in cases] == ["kept_on", "kept_on"]


def test_a_list_that_the_policy_has_no_more_is_told_by_its_own_name(admin_url: str) -> None:
    request = ask(PERSON)
    for right, done in (("object", rights.object_(request, TODAY)), ("erase", rights.erase(request, TODAY))):
        assert confirm(done.case) == {}
        case = rights.find_case(request, right)  # type: ignore[arg-type]
        older = replace(case, off={**case.off, "vanha_lista": "read back"})
        assert [
            "<li>vanha_lista</li>" in rights.render_letter(older, done.before, each, TODAY)
            for each in ("fi", "en")  # type: ignore[arg-type]
        ] == [True, True]


@pytest.mark.parametrize("noted", [True, False])
def test_a_withdrawal_with_nothing_to_end_ends_and_says_so(admin_url: str, office: Office, noted: bool) -> None:
    request = ask(PERSON, "2026/61")
    if noted:
        rights.note_request(request, "withdraw", TODAY)
    given = ["withdraw", "--case", "2026/61", "--identity", "passport", "--date", str(TODAY), "--language", "en"]
    done = command(office.environment, PERSON, *given)
    assert done.returncode == 0, done.stderr
    assert "nothing keeps this address off the lists" in done.stdout
    assert rights.open_cases(TODAY + timedelta(days=400)) == []
    again = rights.withdraw(request, TODAY)
    assert "Nothing kept the address off the lists" in words(
        rights.render_letter(again.case, again.before, "en", TODAY)
    )
    assert run_sql(admin_url, "SELECT counts ->> 'ended' FROM audit.event WHERE action = 'withdraw'") == [("0",)]


def test_every_withdrawal_speaks_of_webropols_own_list(admin_url: str, office: Office) -> None:
    with transaction("list_sync") as database:
        suppression.record(database, [PERSON], "all", Reason.DO_NOT_CONTACT, TODAY)
    assert confirm(rights.object_(ask(PERSON), TODAY).case) == {}  # from now on it is an objection
    given = ["withdraw", "--case", "2026/62", "--identity", "passport", "--date", str(TODAY)]
    assert "if they are on Webropol's Do-Not-Contact list too" in command(office.environment, PERSON, *given).stdout
    again = rights.withdraw(ask(PERSON, "2026/62"), TODAY)
    for language, said in (
        ("en", "If the address is on Webropol's own Do-Not"),
        ("fi", "myös Webropolin omalla kielto"),
    ):
        text = words(rights.render_letter(again.case, again.before, language, TODAY))  # type: ignore[arg-type]
        assert said in text.replace("&#39;", "'")


def test_a_case_noted_for_a_mistyped_address_is_closed_with_nothing_done(admin_url: str, office: Office) -> None:
    mistyped = ask("kirjoitusvirhe@sandbox-posti.fi", "2026/900")
    rights.note_request(mistyped, "object", TODAY)
    closed = rights.dismiss(by="officer", why="kirjoitusvirhe osoitteessa", number="2026/900", right="object")
    assert closed == ("2026/900", "object")
    assert rights.open_cases(TODAY) == []
    row = run_sql(admin_url, "SELECT state, done_by FROM operations.rights_case WHERE number = '2026/900'")
    assert row == [("dismissed", "officer")]
    event = "SELECT actor, subject, counts ->> 'case', counts ->> 'why' FROM audit.event WHERE action = 'dismiss'"
    assert run_sql(admin_url, event) == [("officer", "object", "2026/900", "kirjoitusvirhe osoitteessa")]
    assert run_sql(admin_url, "SELECT * FROM registry.suppression") == []
    with pytest.raises(Held, match="closed with nothing done"):  # no letter says that it was done
        rights.object_(mistyped, TODAY)
    with pytest.raises(Held, match="is dismissed, not only noted"):
        rights.dismiss(by="officer", why="x", number="2026/900", right="object")


def test_only_one_noted_case_is_closed_and_only_with_a_reason(admin_url: str, office: Office) -> None:
    for email in (PERSON, OTHER):
        rights.note_request(ask(email, "2026/901"), "erase", TODAY)
    close = ["dismiss", "--why", "henkilö perui", "--case", "2026/901", "--right", "erase"]
    several = command(office.environment, "", *close)
    assert (several.returncode, several.stderr.count("\n")) == (3, 1)
    ids = [row["id"] for row in rights.open_cases(TODAY)]
    assert f"2 noted cases have that number and right: name one by its id ({ids[0]}, {ids[1]})" in several.stderr
    one = command(office.environment, "", "dismiss", "--why", "henkilö perui", "--id", str(ids[0]))
    assert (one.returncode, one.stdout) == (0, "case 2026/901 (erase): dismissed, nothing was done\n")
    assert command(office.environment, "", *close).returncode == 0
    for wrong in (["--case", "2026/901"], ["--id", "1", "--right", "erase"], []):
        assert command(office.environment, "", "dismiss", "--why", "x", *wrong).returncode == 2
    with pytest.raises(Held, match="is not there"):
        rights.dismiss(by="officer", why="x", number="2026/902", right="erase")
    for why in ("", "a\nb", "aino@posti.fi", "x" * 101):
        with pytest.raises(ConfigurationError):
            rights.dismiss(by="officer", why=why, case_id=ids[0])
    acted = rights.erase(ask(PERSON), TODAY).case
    with pytest.raises(Held, match="is acted, not only noted"):
        rights.dismiss(by="officer", why="x", case_id=acted.id)


def test_who_says_that_an_address_is_not_on_a_list_is_in_the_audit(admin_url: str, office: Office) -> None:
    done = rights.erase(ask(PERSON, "2026/63"), TODAY)
    with away(office):
        rights.confirm(done.case.id, TODAY, owner="test", by="officer A", said_off=[TARGET, COMPANIES])
    assert rights.confirm_all(TODAY, owner="daily")["waiting"] == 0
    said = "SELECT subject, actor, counts ->> 'case' FROM audit.event WHERE action = 'said off' ORDER BY id"
    assert run_sql(admin_url, said) == [(TARGET, "officer A", "2026/63"), (COMPANIES, "officer A", "2026/63")]


def test_where_a_list_was_waited_for_the_answer_is_the_same(
    admin_url: str, office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["--case", "2026/64", "--identity", "passport", "--date", str(TODAY), "--language", "en", "--letter", "-"]
    for right, email in ((["rectify", "--remove"], PERSON), (["erase"], OTHER)):
        with away(office):
            waits = command(office.environment, email, *right, *given)
        assert waits.returncode == 3
        (row,) = rights.open_cases(TODAY)
        assert row["brought"] == ["person", "company"]
        again = command(office.environment, email, *right, *given)
        assert again.returncode == 0, again.stderr
        for run in (waits, again):
            assert "person: URA brought it until it was deleted; it has to be deleted there too" in run.stderr
        if right[0] == "rectify":
            assert "business customers, KasvuCRM:" in again.stdout
            assert "company: correct it in URA, KasvuCRM" in again.stderr


SHEET = (
    "INSERT INTO operations.run (kind, subject, owner, state, business_date, started_at, heartbeat_at, ended_at,"
    " policy_digest) VALUES ('sync', %s, 'x', 'done', now(), now(), now(), now(), '')",
    "INSERT INTO operations.plan (run_id, kind, subject, state, made_at, counts, released, waiting, digest)"
    " SELECT max(id), 'sync', %s, 'done', now(), '{}', '{add}', '{}', '' FROM operations.run",
    "INSERT INTO operations.sheet_batch (plan_id, target, state, made_at, since)"
    " SELECT max(id), %s, 'ready', now(), now() FROM operations.plan",
)
ADDS = (
    "INSERT INTO operations.plan_item (plan_id, action, address_id, asked_at)"
    " SELECT p.id, 'add', a.id, now() FROM (SELECT max(id) id FROM operations.plan) p, registry.address a"
    " WHERE email = %s AND audience = 'person'"
)


@pytest.fixture
def old_sheet(admin_url: str) -> Callable[[str], None]:
    """A sheet of a list that nobody imported, and that adds the person."""

    def put(target: str) -> None:
        for statement in SHEET:
            run_sql(admin_url, statement, target)
        run_sql(admin_url, ADDS, PERSON)

    return put


def test_an_old_sheet_of_a_list_that_is_gone_is_withdrawn_and_blocks_nobody(
    admin_url: str, old_sheet: Callable[[str], None]
) -> None:
    old_sheet("vanha_lista")
    assert confirm(rights.erase(ask(PERSON), TODAY).case) == {}
    assert run_sql(admin_url, "SELECT state FROM operations.sheet_batch") == [("superseded",)]
    event = "SELECT actor, counts ->> 'batches' FROM audit.event WHERE action = 'withdrawn' AND subject = %s"
    assert run_sql(admin_url, event, "vanha_lista") == [("officer", "1")]


def test_a_sheet_that_cannot_be_withdrawn_keeps_only_the_cases_of_its_list(
    admin_url: str, old_sheet: Callable[[str], None]
) -> None:
    old_sheet(COMPANIES)
    run_sql(admin_url, """UPDATE operations.sheet_batch SET files = '{"recipients-1.xlsx": {}}'""")  # of how many rows?
    concerned = rights.erase(ask(PERSON), TODAY)
    other = rights.object_(ask(people(1, start=5)[0]), TODAY, scope="person")
    assert confirm(other.case) == {}
    assert list(confirm(concerned.case)) == [COMPANIES]
    run_sql(admin_url, "UPDATE operations.sheet_batch SET files = '{}'")
    assert confirm(concerned.case) == {}
    assert run_sql(admin_url, "SELECT state FROM operations.sheet_batch") == [("superseded",)]
