"""The folder of a list that is kept by sheets: sheets for a person to import, and in `in` exports for us to read."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from email_registry.boundaries.files import file_work
from email_registry.errors import DeliveryFailed
from email_registry.settings import connection, policy
from email_registry.spreadsheets import remove_privately

SHEETS = ("recipients-*", "removals-*", "manifest-*")
EXPORT_SUFFIXES = (".xlsx", ".csv")


def folder_of(name: str) -> Path:
    """Return the folder of a target, of the pilot, or of the unsubscribes."""
    files = policy().files
    assert files is not None  # noqa: S101  the policy requires it of a list that is kept by sheets
    return Path(connection(files.connection).require("folder")) / name


def inbox_of(name: str) -> Path:
    """Return the subfolder into which a person puts exports of the list."""
    return folder_of(name) / "in"


def list_exports(name: str) -> list[Path]:
    """Return the exports of the list that a person put into its inbox, the newest first."""
    exports = [path for path in inbox_of(name).glob("*") if path.suffix.lower() in EXPORT_SUFFIXES]
    return sorted(exports, key=taken_at, reverse=True)


def taken_at(path: Path) -> datetime:
    """Tell when an export was written, as its file says, as exactly as PostgreSQL keeps it."""
    nanoseconds = file_work(path, lambda: path.stat().st_mtime_ns, DeliveryFailed)
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=nanoseconds // 1000)


def remove_sheets(name: str, *, but: Collection[str] = ()) -> None:
    """Delete the sheets and manifests of the list, except the files named."""
    _remove(name, SHEETS, but)


def remove_parts(name: str) -> None:
    """Delete what a killed writer left of sheets and manifests. The caller makes sure that nobody is writing."""
    _remove(name, (".*.part*",), ())


def remove_exports(name: str, *, until: datetime | None = None) -> None:
    """Delete the exports of the list, or only those taken up to `until`."""
    for path in list_exports(name):
        if until is None or taken_at(path) <= until:
            remove_privately(path)


def _remove(name: str, patterns: Sequence[str], but: Collection[str]) -> None:
    folder = folder_of(name)
    for pattern in patterns:
        for path in folder.glob(pattern):
            if path.name not in but:
                remove_privately(path)
