"""The manifest beside a batch of sheets tells what they are, so that a person and the next run recognise them."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from email_registry.boundaries.files import write_private
from email_registry.errors import DeliveryFailed
from email_registry.spreadsheets import contain, error_maker

BROKEN = "it is no manifest of sheets, or it is broken or cut: sync again, which makes new sheets"


@dataclass(frozen=True)
class SheetFile:
    """One file of a batch; `sha256` in hex."""

    name: str
    rows: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """One batch of sheets. `complete`: a sheet holds the whole list, so that it can fill an empty one."""

    list_name: str
    target: str
    batch_id: int
    run_id: int
    made_at: datetime
    complete: bool
    files: tuple[SheetFile, ...]


def write_manifest(path: Path, manifest: Manifest) -> None:
    """Put the manifest at `path`, as JSON that a person can read, whole or not at all, readable by its owner only."""
    content = {**asdict(manifest), "made_at": manifest.made_at.isoformat()}
    write_private(path, json.dumps(content, ensure_ascii=False, indent=2) + "\n")


def read_manifest(path: Path) -> Manifest:
    """Read the manifest at `path`. DeliveryFailed where it is missing, or not as it was written."""
    make_error = error_maker(path, DeliveryFailed, "webropol")
    text = contain(lambda: path.read_text(encoding="utf-8"), make_error)
    try:
        return _manifest(json.loads(text))
    except (ValueError, KeyError, TypeError):
        pass
    raise make_error(BROKEN)


def _manifest(content: Any) -> Manifest:
    files = tuple(
        SheetFile(_text(file["name"]), _count(file["rows"]), _text(file["sha256"])) for file in content["files"]
    )
    if content["complete"] not in (True, False):
        raise ValueError
    return Manifest(
        list_name=_text(content["list_name"]), target=_text(content["target"]),
        batch_id=_count(content["batch_id"]), run_id=_count(content["run_id"]),
        made_at=datetime.fromisoformat(content["made_at"]), complete=content["complete"], files=files,
    )  # fmt: skip


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError
    return value
