"""The database dies between check and load. Its unlogged tables are empty afterwards, and nobody becomes absent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from email_registry import night
from email_registry.errors import Held
from email_registry.settings import policy
from local.postgres import Postgres
from tests.conftest import migrate, write_secrets
from tests.offices import Office
from tests.registry_rows import addresses, run_sql
from tests.steps import up_to_check

pytestmark = pytest.mark.stack

ONE, TWO, THREE = date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 25)


@pytest.fixture
def cluster(open_folder: Path, tmp_path: Path) -> Iterator[Postgres]:
    """A server that the test kills."""
    cluster = Postgres(open_folder / tmp_path.name, fast=True)
    yield cluster
    cluster.kill()


@pytest.fixture
def mortal_office(cluster: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    server = cluster.start()
    environment = write_secrets(tmp_path, server.registry_url, server.registry_admin_url)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    migrate(environment)
    office = Office(tmp_path, tmp_path / "secrets", environment)
    office.create()
    office.serve()
    yield office
    office.stop()


def test_killed_between_check_and_load_the_night_stops_and_nobody_becomes_absent(
    mortal_office: Office, cluster: Postgres
) -> None:
    admin_url = mortal_office.environment["REGISTRY_ADMIN_URL"]
    first = up_to_check(ONE, "one")
    for audience in policy().audiences:
        night.load(first, audience)
    night.close_night(first)
    before = addresses(admin_url)

    mortal_office.advance()
    second = up_to_check(TWO, "two")
    cluster.kill()
    cluster.start()
    for audience in policy().audiences:
        with pytest.raises(Held, match="lost its staging"):
            night.load(second, audience)
    with pytest.raises(Held, match="nobody was removed"):
        night.close_night(second)
    assert addresses(admin_url) == before
    assert run_sql(admin_url, "SELECT count(*) FROM registry.unseen") == [(0,)]

    mortal_office.advance()
    assert mortal_office.registry("night", "--date", THREE.isoformat()).returncode == 0
    assert mortal_office.registry("sync", "--date", THREE.isoformat()).returncode == 0
    assert mortal_office.differences() == {}


def test_restaged_without_being_checked_again_is_not_loaded_either(mortal_office: Office, cluster: Postgres) -> None:
    admin_url = mortal_office.environment["REGISTRY_ADMIN_URL"]
    night_id = up_to_check(ONE, "one")
    cluster.kill()
    cluster.start()
    for source in policy().sources:  # as when a person clears the extract tasks alone
        night.extract(night_id, source)
    for audience in policy().audiences:
        with pytest.raises(Held, match="did not pass the gate"):
            night.load(night_id, audience)
    assert addresses(admin_url) == set()


def test_without_a_database_the_command_says_so_in_one_line(mortal_office: Office, cluster: Postgres) -> None:
    cluster.kill()
    ended = mortal_office.registry("night", "--json")
    assert ended.returncode == 4
    assert json.loads(ended.stdout)["runbook"] == "docs/runbooks/database.md"
    assert ended.stderr.strip().splitlines() == [
        "registry: the registry's database does not answer: see that it runs (`make up` starts this machine's own), "
        "then run this again (docs/runbooks/database.md)"
    ]
