"""Who is due goes, and nobody else; its bytes go too."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from email_registry import expire
from email_registry.errors import DatabaseFailed, Held
from tests.registry_rows import addresses, make_absent, register, run_sql

TODAY = date(2026, 11, 23)
PEOPLE = [f"henkilo{n}@sandbox-posti.fi" for n in range(10)]


@pytest.fixture
def admin_url(registry_env: dict[str, str]) -> str:
    register(registry_env["REGISTRY_ADMIN_URL"], "person", PEOPLE)
    return registry_env["REGISTRY_ADMIN_URL"]


def expired(on: date, **options: bool) -> int:
    return expire.expire("person", on, owner=f"test:{on}:{options}", **options)["deleted"]


def test_nobody_goes_a_day_early_and_everybody_due_goes_however_late(admin_url: str) -> None:
    make_absent(admin_url, PEOPLE[:2], TODAY)
    assert expired(TODAY + timedelta(days=29)) == 0
    assert addresses(admin_url) == set(PEOPLE)
    assert expired(TODAY + timedelta(days=47)) == 2
    assert addresses(admin_url) == set(PEOPLE[2:])
    assert expired(TODAY + timedelta(days=47)) == 0


def test_an_outage_does_not_extend_a_retention_beyond_the_most_days_there_may_be(admin_url: str) -> None:
    run_sql(admin_url, "INSERT INTO registry.unseen SELECT min(id), %s, NULL FROM registry.address", TODAY)
    assert expired(TODAY + timedelta(days=89)) == 0
    assert expired(TODAY + timedelta(days=90)) == 1


def test_who_is_still_on_a_list_waits_until_seen_off_it(admin_url: str) -> None:
    make_absent(admin_url, PEOPLE[:1], TODAY)
    run_sql(
        admin_url,
        "INSERT INTO registry.listing (target, address_id, seen) SELECT 't', address_id, now() FROM registry.unseen",
    )
    done = expire.expire("person", TODAY + timedelta(days=40), owner="test")
    assert (done["deleted"], done["still_listed"]) == (0, 1)
    run_sql(admin_url, "DELETE FROM registry.listing")
    assert expired(TODAY + timedelta(days=41)) == 1


def test_more_than_usual_waits_for_a_person(admin_url: str) -> None:
    many = [f"joukko{n}@sandbox-posti.fi" for n in range(150)]
    register(admin_url, "person", many)
    make_absent(admin_url, many, TODAY)
    due = TODAY + timedelta(days=30)
    assert "150 of 160 are due" in str(expire.plan_expiry("person", due).reason)
    with pytest.raises(Held, match="nothing was deleted"):
        expired(due)
    assert len(addresses(admin_url)) == 160
    assert expired(due, approved=True) == 150


def test_the_bytes_go_too_and_a_certificate_says_so(admin_url: str, registry_env: dict[str, str]) -> None:
    make_absent(admin_url, PEOPLE[:3], TODAY)
    (folder,) = run_sql(admin_url, "SELECT current_setting('data_directory')")[0]
    assert expired(TODAY + timedelta(days=30)) == 3
    for relation in ("registry.address", "registry.address_audience_email_key"):
        (path,) = run_sql(admin_url, "SELECT pg_relation_filepath(%s)", relation)[0]
        run_sql(admin_url, "SELECT pg_current_wal_lsn()")
        content = (Path(folder) / path).read_bytes()
        assert not any(email.encode() in content for email in PEOPLE[:3])
    (file,) = (Path(registry_env["REGISTRY_HOME"]) / "certificates").glob("*.json")
    certificate = json.loads(file.read_text(encoding="utf-8"))
    assert (certificate["deleted"], certificate["audience"]) == (3, "person")
    assert "@" not in file.read_text(encoding="utf-8")
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_dry_run_deletes_nothing(admin_url: str) -> None:
    make_absent(admin_url, PEOPLE[:3], TODAY)
    assert expire.plan_expiry("person", TODAY + timedelta(days=30)).due == 3
    assert addresses(admin_url) == set(PEOPLE)


def test_a_rewrite_that_failed_is_owed_by_the_next_run_with_its_certificate(
    admin_url: str, registry_env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_absent(admin_url, PEOPLE[:3], TODAY)
    due = TODAY + timedelta(days=30)

    def fails(*given: object) -> None:
        raise DatabaseFailed("the database refused: DiskFull")

    with monkeypatch.context() as patch:
        patch.setattr("email_registry.expire.deleting.outside_transaction", fails)
        with pytest.raises(DatabaseFailed):
            expired(due)
    path = run_sql(admin_url, "SELECT pg_relation_filepath('registry.address')")
    assert expired(due + timedelta(days=1)) == 0
    assert run_sql(admin_url, "SELECT pg_relation_filepath('registry.address')") != path
    (file,) = (Path(registry_env["REGISTRY_HOME"]) / "certificates").glob("*.json")
    certificate = json.loads(file.read_text(encoding="utf-8"))
    assert (certificate["deleted"], certificate["business_date"]) == (3, due.isoformat())
    path = run_sql(admin_url, "SELECT pg_relation_filepath('registry.address')")
    assert expired(due + timedelta(days=2)) == 0
    assert run_sql(admin_url, "SELECT pg_relation_filepath('registry.address')") == path


def test_a_run_that_was_killed_before_the_rewrite_and_taken_up_again_certifies_what_it_deleted(
    admin_url: str, registry_env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_absent(admin_url, PEOPLE[:3], TODAY)
    due = TODAY + timedelta(days=30)

    def killed(*given: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("email_registry.expire.deleting.outside_transaction", killed)
        with pytest.raises(KeyboardInterrupt):
            expired(due)
    assert expired(due) == 3
    (file,) = (Path(registry_env["REGISTRY_HOME"]) / "certificates").glob("*.json")
    assert json.loads(file.read_text(encoding="utf-8"))["deleted"] == 3


def test_the_other_audience_keeps_its_addresses(admin_url: str) -> None:
    register(admin_url, "company", PEOPLE[:2])
    run_sql(admin_url, "INSERT INTO registry.unseen SELECT id, %s, %s FROM registry.address", TODAY, TODAY)
    assert expired(TODAY + timedelta(days=30)) == 10
    assert addresses(admin_url, "company") == set(PEOPLE[:2])
