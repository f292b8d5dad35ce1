"""The gate on a real PostgreSQL: what it lets pass, what it stops, and that it tells counts only."""

from __future__ import annotations

import json
import logging
import time
from pathlib import Path

import pytest

from email_registry.addresses import judge
from email_registry.check import Bounds, Verdict, VolumeRange, judge_candidates, judge_staged
from email_registry.check.gx import View, gate
from email_registry.check.results import counted, outcome
from email_registry.errors import ConfigurationError, DatabaseFailed, RegistryError
from email_registry.privacy import AddressColumn
from email_registry.settings.policy import AddressPolicy
from local.postgres import Server
from tests.check.worlds import addresses, open_night, propose, stage
from tests.conftest import Database

SOURCE = "ura_persons"
WIDE = {SOURCE: Bounds(VolumeRange(1, 10_000), min_valid=0.85, continuity=0)}


@pytest.fixture
def night(registry_env: dict[str, str], request: pytest.FixtureRequest) -> int:
    """A night's run of its own, by number."""
    number = request.session.stash.setdefault(NIGHTS, 100) + 1
    request.session.stash[NIGHTS] = number
    return open_night(registry_env["REGISTRY_ADMIN_URL"], number)


NIGHTS = pytest.StashKey[int]()


def staged(registry_env: dict[str, str], night: int, *odd: tuple[str | None, str], good: int = 100) -> Verdict:
    """The verdict on `good` valid rows and some odd ones."""
    rows: list[tuple[str | None, str]] = [(email, "valid") for email in addresses(good)]
    stage(registry_env["REGISTRY_ADMIN_URL"], night, SOURCE, rows + list(odd))
    (verdict,) = judge_staged(night, WIDE)
    return verdict


def stopped_by(verdict: Verdict) -> set[tuple[str, str]]:
    return {(one.expectation, one.about) for one in verdict.outcomes if not one.success and one.severity == "stop"}


def test_a_usual_night_passes(registry_env: dict[str, str], night: int) -> None:
    verdict = staged(registry_env, night, *[(None, "telephone")] * 5, (None, "suppressed"))
    assert verdict.passed
    assert verdict.reason is None
    assert verdict.subject == SOURCE
    assert all(one.success for one in verdict.outcomes)
    assert len(verdict.outcomes) == 11


RAW = {
    "a telephone number": "+358 40 1234567",
    "a telephone number without blanks": "0401234567",
    "a personal identity code": "010190-912X",
    "two addresses, comma": "a@yksi.sandbox-posti.fi,b@yksi.sandbox-posti.fi",
    "two addresses, semicolon": "a@yksi.sandbox-posti.fi; b@yksi.sandbox-posti.fi",
    "two addresses, blank": "a@yksi.sandbox-posti.fi b@yksi.sandbox-posti.fi",
    "two addresses, slash": "a@yksi.sandbox-posti.fi/b@yksi.sandbox-posti.fi",
    "a name": "Meikäläinen Maija",
    "a name in front": "Maija Meikäläinen <maija@yksi.sandbox-posti.fi>",
    "blanks": "   ",
    "nothing": "",
    "a blank in front": " maija@yksi.sandbox-posti.fi",
    "a line break behind": "maija@yksi.sandbox-posti.fi\n",
    "a control character": "mai\x07ja@yksi.sandbox-posti.fi",
    "a no-break space": "maija\u00a0@yksi.sandbox-posti.fi",
    "a zero-width space": "maija\u200b@yksi.sandbox-posti.fi",
    "upper case": "Maija@yksi.sandbox-posti.fi",
    "an upper-case domain": "maija@Yksi.sandbox-posti.fi",
    "a domain not in A-labels": "maija@yksiö.sandbox-posti.fi",
    "a domain without a dot": "maija@localhost",
    "an IP address": "maija@10.0.0.1",
    "an IP address in brackets": "maija@[10.0.0.1]",
    "a label that ends in a hyphen": "maija@yksi-.sandbox-posti.fi",
    "an empty label": "maija@yksi..sandbox-posti.fi",
    "two dots": "maija..m@yksi.sandbox-posti.fi",
    "a dot in front": ".maija@yksi.sandbox-posti.fi",
    "two at signs": "maija@m@yksi.sandbox-posti.fi",
    "no local part": "@yksi.sandbox-posti.fi",
    "mailto": "mailto:maija@yksi.sandbox-posti.fi",
    "too long": "m" * 250 + "@yksi.sandbox-posti.fi",
}


@pytest.mark.parametrize("value", RAW.values(), ids=RAW.keys())
def test_one_row_let_through_by_a_broken_judge_stops_the_night(
    registry_env: dict[str, str], night: int, value: str
) -> None:
    verdict = staged(registry_env, night, (value, "valid"))
    assert not verdict.passed
    assert verdict.reason is not None
    assert value.strip() == "" or value not in verdict.reason
    assert "1 of 101 are not as expected" in verdict.reason


@pytest.mark.promise("addresses")
def test_with_a_judge_that_accepts_everything_the_night_stops(registry_env: dict[str, str], night: int) -> None:
    verdict = staged(registry_env, night, *[(value, "valid") for value in RAW.values()], (None, "missing"))
    assert not verdict.passed
    assert {about for _, about in stopped_by(verdict)} == {"email"}
    assert not any(value in str(verdict) for value in RAW.values() if value.strip())


@pytest.mark.promise("addresses")
def test_what_was_refused_must_not_be_staged(registry_env: dict[str, str], night: int) -> None:
    verdict = staged(registry_env, night, ("maija@yksi.sandbox-posti.fi", "telephone"))
    assert stopped_by(verdict) == {("expect_column_values_to_be_null", "email")}


def test_what_is_valid_must_have_its_address(registry_env: dict[str, str], night: int) -> None:
    verdict = staged(registry_env, night, (None, "valid"))
    assert stopped_by(verdict) == {("expect_column_values_to_not_be_null", "email")}


def test_a_verdict_outside_the_closed_set_stops(registry_env: dict[str, str], night: int) -> None:
    verdict = staged(registry_env, night, (None, "Maija Meikäläinen"))
    assert stopped_by(verdict) == {("expect_column_values_to_be_in_set", "verdict")}
    assert "Maija" not in str(verdict)


@pytest.mark.parametrize(
    ("rows", "told"),
    [(0, "expected between 50 and 200, seen 0."), (49, "seen 49."), (201, "seen 201.")],
)
def test_a_volume_out_of_range_stops_and_says_so(
    registry_env: dict[str, str], night: int, rows: int, told: str
) -> None:
    stage(registry_env["REGISTRY_ADMIN_URL"], night, SOURCE, [(email, "valid") for email in addresses(rows)])
    (verdict,) = judge_staged(night, {SOURCE: Bounds(VolumeRange(50, 200), 0.85, 0)})
    assert stopped_by(verdict) == {("expect_table_row_count_to_be_between", "rows")}
    assert told in str(verdict.reason)
    assert str(verdict.reason).startswith("rows: expected between 50 and 200, ")


def test_too_few_valid_rows_stop_and_the_share_is_told(registry_env: dict[str, str], night: int) -> None:
    verdict = staged(registry_env, night, *[(None, "syntax")] * 50)
    (failed,) = [one for one in verdict.outcomes if not one.success]
    assert (failed.expectation, failed.severity) == ("expect_column_values_to_not_be_null", "stop")
    assert failed.observed["unexpected"] == 50
    assert failed.observed["unexpected_share"] == pytest.approx(1 / 3)
    assert failed.observed["least_share"] == 0.85
    assert "email: 50 of 150 are not as expected, at most 15 % may be." in str(verdict.reason)


@pytest.mark.parametrize("email", ["010190-912x@yksi.sandbox-posti.fi", "maija@yksi.sandbox-posti.f1i"])
def test_a_deliverable_oddity_warns_and_does_not_hold_back_everybody_else(
    registry_env: dict[str, str], night: int, email: str
) -> None:
    verdict = staged(registry_env, night, (email, "valid"))
    assert verdict.passed
    assert [one.severity for one in verdict.outcomes if not one.success] == ["warn"]


ODD_BUT_VALID = [
    "a@b.co", "a@b.c", "a@b.c0m", "o'brien@yksi.sandbox-posti.fi", "=?utf-8?q?x@yksi.sandbox-posti.fi",
    "a%b@yksi.sandbox-posti.fi", "%00@yksi.sandbox-posti.fi", "+a@yksi.sandbox-posti.fi", "-a@yksi.sandbox-posti.fi",
    "`a{b|c}d~@yksi.sandbox-posti.fi", "Äiti@hyvää-päivää.sandbox-posti.fi", "\U0001f600@yksi.sandbox-posti.fi",
    "e\u0301@yksi.sandbox-posti.fi", "İ@yksi.sandbox-posti.fi", "maija@почта.рф", "x\u3164@yksi.sandbox-posti.fi",
    "1@1.fi", "a.b.c@a-b--c.d1.fi", "m" * 64 + "@yksi.sandbox-posti.fi", "maija@" + "a." * 90 + "sandbox-posti.fi",
    "010190-912X@yksi.sandbox-posti.fi", "a@xn--p1ai.xn--p1ai", "ſ@yksi.sandbox-posti.fi", "#!$&*/^_=?@yksi.fi",
]  # fmt: skip


def test_whatever_the_judge_accepts_the_suites_accept(registry_env: dict[str, str], night: int) -> None:
    """Else one strange and valid address would hold back every night."""
    keep = AddressPolicy(encoded_words="keep", percent="keep", leading_sign="keep", mixed_scripts="keep")
    judged = judge(AddressColumn(ODD_BUT_VALID), keep)
    assert set(judged.verdicts) == {"valid"}
    canonical = judged.emails.reveal()
    verdict = staged(registry_env, night, *[(email, "valid") for email in canonical])
    assert verdict.reason is None
    propose(registry_env["REGISTRY_ADMIN_URL"], night, "person", [email for email in canonical if email])
    (candidates,) = judge_candidates(night, ["person"])
    assert candidates.reason is None


def test_candidates_without_duplicates_pass(registry_env: dict[str, str], night: int) -> None:
    propose(registry_env["REGISTRY_ADMIN_URL"], night, "person", addresses(50))
    propose(registry_env["REGISTRY_ADMIN_URL"], night, "company", addresses(50))  # the same people, another audience
    verdicts = judge_candidates(night, ["company", "person"])
    assert [(verdict.subject, verdict.passed) for verdict in verdicts] == [("company", True), ("person", True)]


def test_with_de_duplication_taken_out_the_night_stops(registry_env: dict[str, str], night: int) -> None:
    propose(registry_env["REGISTRY_ADMIN_URL"], night, "person", [*addresses(50), addresses(1)[0]])
    propose(registry_env["REGISTRY_ADMIN_URL"], night, "company", addresses(50))
    person, company = judge_candidates(night, ["person", "company"])
    assert company.passed
    assert stopped_by(person) == {("expect_compound_columns_to_be_unique", "audience and email")}
    assert "audience and email: 2 of 51 are not as expected, none may be." in str(person.reason)
    assert "@" not in str(person.reason)


def test_candidates_fresh_from_copy_are_judged_without_statistics_in_seconds(
    registry_env: dict[str, str], night: int
) -> None:
    """Great Expectations joins them with themselves; a nested loop takes half a minute here."""
    propose(registry_env["REGISTRY_ADMIN_URL"], night, "person", addresses(20_000))
    started = time.monotonic()
    (verdict,) = judge_candidates(night, ["person"])
    assert verdict.passed
    assert time.monotonic() - started < 8


def test_a_candidate_not_in_canonical_form_stops(registry_env: dict[str, str], night: int) -> None:
    propose(registry_env["REGISTRY_ADMIN_URL"], night, "person", [*addresses(5), " Maija@yksi.sandbox-posti.fi"])
    (verdict,) = judge_candidates(night, ["person"])
    assert not verdict.passed


def test_each_source_is_judged_alone_and_in_order(registry_env: dict[str, str], night: int) -> None:
    url = registry_env["REGISTRY_ADMIN_URL"]
    stage(url, night, "b_source", [(email, "valid") for email in addresses(10)])
    stage(url, night, "a_source", [("0401234567", "valid")])
    stage(url, open_night(url, night + 5000), "b_source", [("0401234567", "valid")])
    bounds = {name: Bounds(VolumeRange(1, 10), 0.5, 0) for name in ("b_source", "a_source")}
    verdicts = judge_staged(night, bounds)
    assert [(verdict.subject, verdict.passed) for verdict in verdicts] == [("b_source", True), ("a_source", False)]


@pytest.mark.promise("disclosure")
def test_no_value_is_in_the_result_that_is_kept(
    registry_env: dict[str, str], night: int, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    staged(registry_env, night, *[(value, "valid") for value in RAW.values() if len(value) > 5])
    propose(registry_env["REGISTRY_ADMIN_URL"], night, "person", addresses(3) * 2)
    judge_candidates(night, ["person"])
    (folder,) = Path(registry_env["REGISTRY_HOME"]).glob("reports/validations/2026-01-15/night-*")
    files = [path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.json"))]
    assert len(files) == 2
    told = "".join(files) + caplog.text + "".join(capfd.readouterr())
    assert not [value for value in [*RAW.values(), *addresses(100)] if len(value) > 5 and value.strip() in told]
    assert registry_env["REGISTRY_URL"] not in told


def test_nothing_is_shown_on_the_terminal(
    registry_env: dict[str, str], night: int, capfd: pytest.CaptureFixture[str]
) -> None:
    staged(registry_env, night, ("0401234567", "valid"))
    assert capfd.readouterr() == ("", "")


BROKEN = {
    "name": "broken",
    "notes": "A test's.",
    "expectations": [
        {
            "type": "expect_column_values_to_match_regex",
            "kwargs": {"column": "email", "regex": "(unbalanced"},
            "severity": "warning",
            "notes": "It cannot run.",
        }
    ],
}


def test_an_expectation_that_cannot_be_evaluated_stops_without_the_databases_words(
    registry_env: dict[str, str], night: int, caplog: pytest.LogCaptureFixture
) -> None:
    stage(registry_env["REGISTRY_ADMIN_URL"], night, SOURCE, [("maija@yksi.sandbox-posti.fi", "valid")])
    with gate() as gx:
        result = counted(gx.validate(BROKEN, View("row_under_check", night, SOURCE), {}))
    (one,) = [outcome(one) for one in result["results"]]
    assert (one.success, one.severity, dict(one.observed)) == (False, "stop", {})
    verdict = Verdict.of(SOURCE, (one,))
    assert verdict.reason == "1 of 1 expectations could not be evaluated: see that the database runs"
    assert not [word for word in ("SELECT", "Traceback", "psycopg2") if word in json.dumps(result) + caplog.text]


def test_kwargs_that_great_expectations_refuses_are_one_line(registry_env: dict[str, str], night: int) -> None:
    suite = json.loads(json.dumps(BROKEN).replace('"regex"', '"rgex"'))
    with gate() as gx, pytest.raises(ConfigurationError, match="suite broken") as raised:
        gx.validate(suite, View("row_under_check", night, SOURCE), {})
    assert_clean(raised.value, registry_env)


@pytest.mark.parametrize("view", ["no_such_view"])
def test_a_view_that_is_not_there_is_one_line(registry_env: dict[str, str], night: int, view: str) -> None:
    with gate() as gx, pytest.raises(RegistryError) as raised:
        gx.validate({**BROKEN, "name": "broken"}, View(view, night, SOURCE), {})
    assert_clean(raised.value, registry_env)


def test_a_database_that_is_gone_is_one_line(
    registry_env: dict[str, str], night: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REGISTRY_URL", "postgresql+psycopg2://registry_app:sala-sana@127.0.0.1:1/registry")
    with gate() as gx, pytest.raises(DatabaseFailed, match="does not answer") as raised:
        gx.validate(BROKEN, View("row_under_check", night, SOURCE), {})
    assert "sala-sana" not in str(raised.value)
    assert_clean(raised.value, registry_env)


def assert_clean(error: RegistryError, registry_env: dict[str, str]) -> None:
    assert "\n" not in str(error)
    assert registry_env["REGISTRY_URL"] not in str(error)
    assert error.__cause__ is None
    assert error.__context__ is None


def test_a_password_with_a_dollar_is_not_expanded(
    registry_env: dict[str, str],
    registry_database: Database,
    postgres: Server,
    night: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Great Expectations expands `$NAME` in what it substituted, too."""
    with postgres.superuser(registry_database.name) as cursor:
        cursor.execute("CREATE ROLE odd_login LOGIN PASSWORD 'a$HOME${PATH}b'")
        cursor.execute("GRANT loader TO odd_login WITH INHERIT FALSE, SET TRUE")
        cursor.execute(f"GRANT CONNECT ON DATABASE {registry_database.name} TO odd_login")
    try:
        _, rest = registry_env["REGISTRY_URL"].split("@")
        monkeypatch.setenv("REGISTRY_URL", f"postgresql+psycopg2://odd_login:a$HOME${{PATH}}b@{rest}")
        assert staged(registry_env, night).passed
    finally:
        from email_registry.boundaries.database import engine

        engine().dispose()
        with postgres.superuser(registry_database.name) as cursor:
            cursor.execute("DROP OWNED BY odd_login")
            cursor.execute("DROP ROLE odd_login")


def test_no_connection_stays_open(registry_env: dict[str, str], postgres: Server, night: int) -> None:
    staged(registry_env, night)
    with postgres.superuser() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%row_under_check%' AND pid <> pg_backend_pid()"
        )
        assert cursor.fetchone() == (0,)
