"""The registry's database: away, a wrong login, roles and rights missing or too many, another schema, a clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from email_registry.boundaries.database import engine, transaction
from email_registry.doctor import before_night, registry_database
from email_registry.errors import ConfigurationError, DatabaseFailed, Held
from email_registry.settings import business_date, clock
from local.postgres import Server
from tests.doctor.patients import Patient

pytestmark = pytest.mark.faults

LOGIN, BARE = "registry_app", "doctor_bare"


@pytest.fixture
def bare(patient: Patient, postgres: Server) -> Iterator[Patient]:
    """REGISTRY_URL has a login that was given no role. Roles are the cluster's: the others' stay as they are."""
    url = patient.office.environment["REGISTRY_URL"]
    database = url.rsplit("/", 1)[1]
    with postgres.superuser() as cursor:
        cursor.execute(f"CREATE ROLE {BARE} LOGIN PASSWORD 'bare'")
        cursor.execute(f"GRANT CONNECT ON DATABASE {database} TO {BARE}")
    patient.patch.setenv("REGISTRY_URL", f"postgresql+psycopg2://{BARE}:bare@127.0.0.1:{postgres.port}/{database}")
    yield patient
    engine().dispose()
    with postgres.superuser(database) as cursor:
        cursor.execute(f"DROP OWNED BY {BARE}; DROP ROLE {BARE}")


def grant(postgres: Server, *roles: str, how: str = "INHERIT FALSE, SET TRUE") -> None:
    with postgres.superuser() as cursor:
        for role in roles:
            cursor.execute(f"GRANT {role} TO {BARE} WITH {how}")


def test_nobody_there_or_a_wrong_password(patient: Patient) -> None:
    url = patient.office.environment["REGISTRY_URL"]
    login, _, rest = url.rpartition("@")
    patient.patch.setenv("REGISTRY_URL", f"{login}x@{rest}")
    found = patient.says("database")
    assert "refuses the login of REGISTRY_URL" in found.detail
    assert "REGISTRY_URL names its host, port, database, login and password" in found.cure
    assert login.rpartition(":")[2] not in str(found)
    patient.patch.setenv("REGISTRY_URL", "postgresql+psycopg2://registry_app:x@127.0.0.1:9/registry")
    found = patient.says("database")
    assert (found.exit_code, "does not answer" in found.detail) == (4, True)
    with pytest.raises(DatabaseFailed, match="does not answer"):
        before_night()
    patient.patch.setenv("REGISTRY_URL", "postgresql://registry_app:x@127.0.0.1:9/registry")
    assert patient.says("database").exit_code == 2


def test_an_old_server(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry_database, "OLDEST_SERVER", 99)
    found = patient.says("database")
    assert found.detail.startswith("PostgreSQL 1")
    assert found.cure == "install PostgreSQL 99 or newer"


def test_roles_that_were_not_given(bare: Patient, postgres: Server) -> None:
    found = bare.says("database roles")
    assert "the role loader, list_sync, retention, rights, report is not given to the login" in found.detail
    assert found.cure == "run `./registry database upgrade` with REGISTRY_ADMIN_URL"
    grant(postgres, "loader", "list_sync", "retention", "report")
    assert "the role rights is not given" in bare.says("database roles").detail
    grant(postgres, "rights")
    assert bare.ill("database") == {}


def test_a_role_that_is_not_there(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry_database, "get_args", lambda _: ("loader", "janitor"))
    assert patient.says("database roles").detail == "the role janitor is not there"


def test_roles_whose_rights_are_there_at_all_times(bare: Patient, postgres: Server) -> None:
    grant(postgres, "loader", "list_sync", "retention", "rights", how="INHERIT FALSE, SET TRUE")
    grant(postgres, "report", how="INHERIT TRUE, SET TRUE")
    found = bare.ill("database")
    assert found["database roles"].detail == "the login of REGISTRY_URL has the rights of report at all times"
    assert "WITH INHERIT FALSE" in found["database roles"].cure
    assert "has rights of its own on" in found["database rights"].detail


def test_a_login_with_rights_of_its_own(bare: Patient, postgres: Server) -> None:
    grant(postgres, "loader", "list_sync", "retention", "rights", "report")
    admin = bare.office.environment["REGISTRY_ADMIN_URL"]
    with bare.admin(
        f"GRANT SELECT ON registry.address TO {BARE}", f"REVOKE ALL ON registry.address FROM {BARE}", admin
    ):
        found = bare.says("database rights")
    assert found.detail == "the login of REGISTRY_URL has rights of its own on 1 tables"
    assert "a login of its own that has no rights" in found.cure
    with bare.admin(f"ALTER ROLE {BARE} CREATEROLE", f"ALTER ROLE {BARE} NOCREATEROLE", admin):
        assert "is a superuser, or may make roles" in bare.says("database rights").detail


def test_the_administrators_login_is_not_for_the_nights(patient: Patient) -> None:
    patient.patch.setenv("REGISTRY_URL", patient.office.environment["REGISTRY_ADMIN_URL"])
    found = patient.ill("database")
    assert "is a superuser" in found["database rights"].detail
    assert "at all times" in found["database roles"].detail


@pytest.mark.parametrize("table", ["registry.address", "registry.unseen", "operations.plan_item"])
def test_what_retention_may_not_rewrite(patient: Patient, table: str) -> None:
    with patient.admin(f"REVOKE MAINTAIN ON {table} FROM retention", f"GRANT MAINTAIN ON {table} TO retention"):
        found = patient.says("database deletion")
    assert found.detail == f"retention may not rewrite {table}: deleted addresses would stay on the disk"
    assert found.cure == f"as the owner of the tables: GRANT MAINTAIN ON {table} TO retention"


VERSION = "UPDATE public.registry_schema_version SET version_num = '{}'"


def test_another_schema_than_the_programs(patient: Patient, postgres: Server) -> None:
    from email_registry.schema import newest

    back = VERSION.format(newest())
    with patient.admin(VERSION.format("0000"), back):
        found = patient.says("database schema")
        assert found.detail == f"the schema is at version 0000, the program at {newest()}"
        assert "./registry database upgrade" in found.cure
        with pytest.raises(ConfigurationError, match="before the night: the schema is at version 0000") as refused:
            before_night()
        assert refused.value.runbook == "doctor"
    with patient.admin(VERSION.format("9999"), back):
        assert "install the newer program again" in patient.says("database schema").cure
    patient.patch.setenv("REGISTRY_URL", postgres.registry_url)  # there, and empty
    found = patient.says("database schema")
    assert "older than the program, or not there" in found.detail


def test_a_key_that_somebody_was_suppressed_under_and_is_lost(patient: Patient) -> None:
    with patient.admin(
        "INSERT INTO registry.suppression (digest, key_version, form_version, scope, reason, recorded_on)"
        " VALUES ('\\x00', 7, 1, 'all', 'left', '2026-01-01')",
        "DELETE FROM registry.suppression",
    ):
        found = patient.says("suppression versions")
    assert "people are suppressed under version 7" in found.detail
    assert "from the office's vault" in found.cure


# Clocks --------------------------------------------------------------------------------------------


def move(patient: Patient, wrong: timedelta) -> None:
    """This machine's clock is wrong by so much: ahead, and all others are behind."""

    class Wrong(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return datetime.now(UTC) + wrong

    patient.patch.setattr(clock, "datetime", Wrong)


@pytest.mark.parametrize(("wrong", "said"), [(timedelta(hours=1), "behind"), (timedelta(hours=-1), "ahead of")])
def test_a_clock_that_is_an_hour_away_from_all_others(patient: Patient, wrong: timedelta, said: str) -> None:
    move(patient, wrong)
    found = patient.ill("clock")
    assert found.keys() == {"clock database", "clock webropol", "clock kasvucrm"}
    (seconds,) = (int(word) for word in found["clock database"].detail.split() if word.isdigit())
    assert abs(seconds - 3600) < 60
    assert f"the database's clock is {seconds} s {said} ours" == found["clock database"].detail
    assert all("NTP" in one.cure for one in found.values())
    with pytest.raises(Held, match="before the night: the database's clock") as refused:
        before_night()
    assert refused.value.runbook == "doctor"


def test_a_minute_is_let_be(patient: Patient) -> None:
    move(patient, timedelta(seconds=40))
    assert patient.ill("clock") == {}


@pytest.mark.parametrize(
    ("days", "said"),
    [(1, "and a night of {} is done"), (-15, "15 days after the last night ({})"), (-14, None), (0, None)],
)
def test_a_clock_that_does_not_go_with_the_nights(patient: Patient, days: int, said: str | None) -> None:
    last = business_date(None) + timedelta(days=days)
    with patient.admin(night_of(last), "DELETE FROM operations.run"):
        if said is None:
            assert patient.ill("clock") == {}
        else:
            found = patient.says("clock nights")
            assert said.format(last) in found.detail
            assert f"--date {business_date(None)}" in found.cure


def night_of(day: date) -> str:
    return (
        "INSERT INTO operations.run (kind, subject, owner, state, business_date, started_at, heartbeat_at, ended_at,"
        f" policy_digest) VALUES ('night', 'registry', 'test', 'done', '{day}', now(), now(), now(), '')"
    )


def test_looking_cannot_write(patient: Patient) -> None:
    from email_registry.boundaries.read_only import read_only_transaction

    with pytest.raises(DatabaseFailed, match="SQLSTATE 25006"), read_only_transaction("list_sync") as database:
        database.execute("runs/beat", id=1, at=datetime.now(UTC))
    with transaction("loader") as database:  # and the connection that goes back to the pool can
        assert database.execute("runs/beat", id=1, at=datetime.now(UTC)) == 0
