"""Check the registry's database: its version, the rights of its login, its schema and its clock. Nothing is written."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import get_args

from email_registry import schema
from email_registry.boundaries.database import NOT_MIGRATED, Role, statement
from email_registry.boundaries.read_only import read_only_transaction
from email_registry.doctor.findings import SILENT, CheckFailed, cured_by
from email_registry.errors import DatabaseFailed
from email_registry.schema import OLDEST_SERVER
from email_registry.settings import business_date, policy, utc_now
from email_registry.suppression import key_versions

UPGRADE = "run `./registry database upgrade` with REGISTRY_ADMIN_URL"
REACH = "see that it runs, and that REGISTRY_URL names its host, port, database, login and password"
NTP = "let both machines take their time from NTP (`timedatectl set-ntp true`)"
NOT_ALLOWED = "42501"
APART = timedelta(seconds=60)


def reach() -> str:
    """Check that it answers and is new enough."""
    failure: CheckFailed | None = None
    try:
        with cured_by(REACH), read_only_transaction() as database:
            server = database.one("doctor/server")
    except CheckFailed as error:
        failure = CheckFailed(error.message.partition(": ")[0], REACH, silent=error.exit_code == SILENT)
    if failure is not None:
        raise failure
    if server["major"] < OLDEST_SERVER:
        raise CheckFailed(f"PostgreSQL {server['version']}", f"install PostgreSQL {OLDEST_SERVER} or newer")
    return f"PostgreSQL {server['version']}, as {server['login']}"


def check_roles() -> str:
    """Check that the login may use every role, and has no role's rights before it sets the role."""
    with read_only_transaction() as database:
        rows = database.rows("doctor/roles", roles=list(get_args(Role)))
    for state, problem in (("there", "is not there"), ("may_set", "is not given to the login of REGISTRY_URL")):
        lacking = [row["name"] for row in rows if not row[state]]
        if lacking:
            raise CheckFailed(f"the role {', '.join(lacking)} {problem}", UPGRADE)
    inherited = [row["name"] for row in rows if row["inherits"]]
    if inherited:
        name = inherited[0]
        cure = f"take {name} from it (REVOKE), then {UPGRADE}: that gives it WITH INHERIT FALSE"
        raise CheckFailed(f"the login of REGISTRY_URL has the rights of {', '.join(inherited)} at all times", cure)
    return ", ".join(row["name"] for row in rows)


def check_own_rights() -> str:
    """Check that the login has no right of its own."""
    with read_only_transaction() as database:
        own = database.one("doctor/own_rights")
    another = "give REGISTRY_URL a login of its own that has no rights, then " + UPGRADE
    if own["above"]:
        raise CheckFailed("the login of REGISTRY_URL is a superuser, or may make roles or databases", another)
    if own["tables"]:
        raise CheckFailed(f"the login of REGISTRY_URL has rights of its own on {own['tables']} tables", another)
    return "the login has none but its roles'"


def check_schema() -> str:
    """Check that the schema has the program's version."""
    try:
        with read_only_transaction("report") as database:
            version = database.one("doctor/schema_version")["version"]
    except DatabaseFailed as error:
        if error.sqlstate not in (*NOT_MIGRATED, NOT_ALLOWED):
            raise
        version = None
    newest = schema.newest()
    if version is None:
        raise CheckFailed("the schema's version cannot be read: it is older than the program, or not there", UPGRADE)
    if version < newest:
        raise CheckFailed(f"the schema is at version {version}, the program at {newest}", UPGRADE)
    if version > newest:
        raise CheckFailed(
            f"the schema is at version {version}, the program at {newest}", "install the newer program again"
        )
    return f"version {version}"


def check_maintained() -> str:
    """Check that `retention` may rewrite the tables, because otherwise deleted addresses stay on the disk."""
    texts = statement("expire/rewrite") + statement("onboarding/rewrite_everything")
    tables = sorted(set(re.findall(r"\b(?:registry|operations)\.[a-z_]+", texts)))
    with read_only_transaction() as database:
        lacking = [row["name"] for row in database.rows("doctor/not_maintained", tables=tables)]
    if lacking:
        cure = f"as the owner of the tables: GRANT MAINTAIN ON {', '.join(lacking)} TO retention"
        raise CheckFailed(
            f"retention may not rewrite {', '.join(lacking)}: deleted addresses would stay on the disk", cure
        )
    return f"retention may rewrite {len(tables)} tables"


def check_key_versions() -> str:
    """Check that this machine has every key that suppressions were made with."""
    known = key_versions()
    with read_only_transaction("list_sync") as database:
        used = [row["key_version"] for row in database.rows("doctor/key_versions")]
    unknown = [version for version in used if version not in known]
    if unknown:
        raise CheckFailed(
            f"people are suppressed under version {unknown[0]}, and suppression_keys.json lacks it",
            "restore it from the office's vault: without it they would be listed again",
        )
    return f"{len(used)} in use"


def check_clock() -> str:
    """Check that the database's clock agrees with this machine's."""
    before = utc_now()
    with read_only_transaction() as database:
        clock = database.one("doctor/clock")
    at: datetime = clock["at"]
    after = utc_now()
    apart = max(before - at, at - after, timedelta())
    if apart > APART:
        raise CheckFailed(
            f"the database's clock is {_seconds(apart)} s {'behind' if at < before else 'ahead of'} ours", NTP
        )
    return f"within {_seconds(apart)} s of this machine's; its zone is {clock['zone']}, ours Europe/Helsinki"


def check_nights() -> str:
    """Check that the clock fits the nights that are done."""
    with read_only_transaction("report") as database:
        last = database.one("runs/last_night")["business_date"]
    on, most = business_date(None), policy().waiting.longest_pause_days
    cure = f"let this machine take its time from NTP (`timedatectl`); if it is right, give the day: --date {on}"
    if last is None:
        return f"{on}; no night is done yet"
    if on < last:
        raise CheckFailed(f"the clock says {on}, and a night of {last} is done", cure)
    if (on - last).days > most:
        raise CheckFailed(f"the clock says {on}, {(on - last).days} days after the last night ({last})", cure)
    return f"{on}; the last night was that of {last}"


def _seconds(apart: timedelta) -> int:
    return int(apart.total_seconds())
