"""Airflow's own rows and logs end as the policy says.

A task may not reach Airflow's database: its URL is taken from the task's process (`block_orm_access`, Airflow 3.3.2).
`airflow db clean` is therefore run as the command that it is, with the URL of REGISTRY_AIRFLOW_URL.
"""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path

import sqlalchemy as sa

from email_registry import expire
from email_registry.errors import ConfigurationError, RegistryError
from email_registry.settings import policy
from email_registry.settings.clock import HELSINKI

URL = "REGISTRY_AIRFLOW_URL"
MINUTES = 30


def clean_airflow(on: date) -> dict[str, int]:
    """Delete rows and log files older than the policy's days before `on`. Returns `rows` (1 where some were), `files`.

    Nothing is deleted while a legal hold of the policy lasts. Held when the date contradicts the nights.
    """
    if not expire.may_clear_history(on):
        return {"under_legal_hold": 1}
    kept = policy().retention
    cleaned = _clean_rows(_instant(on - timedelta(days=kept.airflow_rows_days)))
    files = _clean_logs(_base_log_folder(), _instant(on - timedelta(days=kept.airflow_logs_days)))
    return {"rows": int(cleaned), "files": files}


def _clean_rows(before: datetime) -> bool:
    """Airflow's command takes five seconds to start: it is asked for only where something is that old."""
    url = os.environ.get(URL)
    if not url:
        raise ConfigurationError(
            f"{URL} is not set: give it the URL of Airflow's database (sql_alchemy_conn), so that its old rows can end"
        )
    if not _any_older(url, before):
        return False
    command = [sys.executable, "-m", "airflow", "db", "clean", "--yes", "--skip-archive", "--error-on-cleanup-failure"]
    ended = subprocess.run(
        [*command, "--clean-before-timestamp", before.isoformat()],
        env=os.environ | {"AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": url},
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        timeout=MINUTES * 60, check=False,
    )  # fmt: skip
    if ended.returncode:
        raise RegistryError(f"`airflow db clean` ended with {ended.returncode}: run it by hand to see why")
    return True


def _any_older(url: str, before: datetime) -> bool:
    """By the log of events, in which every run leaves rows."""
    log = sa.table("log", sa.column("dttm"))
    engine = sa.create_engine(url, hide_parameters=True)
    failed = ""
    try:
        with engine.connect() as connection:
            return connection.execute(sa.select(log.c.dttm).where(log.c.dttm < before).limit(1)).first() is not None
    except sa.exc.SQLAlchemyError as error:
        failed = type(error).__name__
    finally:
        engine.dispose()
    raise RegistryError(f"Airflow's database cannot be read ({failed}): see {URL}", runbook="database")


def _clean_logs(folder: Path, before: datetime) -> int:
    """Log files that nobody has written to since, and folders that are empty then."""
    files = 0
    for path in sorted(folder.rglob("*"), reverse=True):  # what is in a folder before the folder
        if path.is_symlink():
            continue
        if path.is_file() and path.stat().st_mtime < before.timestamp():
            path.unlink(missing_ok=True)
            files += 1
        elif path.is_dir() and path.stat().st_mtime < before.timestamp() and not any(path.iterdir()):
            path.rmdir()
    return files


def _base_log_folder() -> Path:
    from airflow.configuration import conf

    return Path(conf.get_mandatory_value("logging", "base_log_folder"))


def _instant(day: date) -> datetime:
    return datetime.combine(day, time(), HELSINKI)
