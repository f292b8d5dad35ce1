"""Read and write the folders of the quality reports.

The layout is Great Expectations' own, with a folder for each business date and each night.

    reports/index.html
            expectations/<suite>.html
            validations/<business date>/night-<id>/<suite>/<subject>.json   the result, counts only
                                                           <subject>.html   its page
            static/

Retention deletes the folders of whole nights. The names contain only dates, ids of runs, and subjects.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from email_registry.boundaries.files import file_work, write_private
from email_registry.check.results import Json
from email_registry.runs import find
from email_registry.settings import environment, utc_now


@dataclass(frozen=True)
class Night:
    """A night and its folder of results."""

    id: int
    on: date

    @property
    def folder(self) -> Path:
        return environment().reports / "validations" / self.on.isoformat() / f"night-{self.id}"

    def results(self) -> Iterator[Path]:
        """Return the files of the results: the staged sources first, then the candidates."""
        kept = file_work(self.folder, lambda: list(self.folder.glob("*/*.json")))
        yield from sorted(kept, key=lambda path: (path.parent.name != "staged", path.name))

    def keep(self, suite: str, subject: str, result: Json) -> None:
        """Write a counted result. When the subject is judged again, the new result replaces it."""
        run = {"run_name": f"night-{self.id}", "run_time": utc_now().isoformat()}
        meta = {**result["meta"], "run_id": run, "business_date": self.on.isoformat(), "subject": subject}
        write_private(self.folder / suite / f"{subject}.json", json.dumps({**result, "meta": meta}, indent=1))


def night_of(night_id: int) -> Night:
    """Return the night with that run id."""
    run = find("loader", night_id)
    return Night(night_id, run.business_date or run.started_at.date())


def nights() -> list[Night]:
    """Return every night that has a folder. The newest comes first."""
    validations = environment().reports / "validations"
    folders = file_work(validations, lambda: list(validations.glob("*-*-*/night-*")))
    found = [
        Night(int(folder.name.removeprefix("night-")), date.fromisoformat(folder.parent.name)) for folder in folders
    ]
    return sorted(found, key=lambda night: (night.on, night.id), reverse=True)


def read_result(path: Path) -> Json:
    """Read a result that `Night.keep` wrote."""
    text = file_work(path, lambda: path.read_text(encoding="utf-8"))
    content: Json = json.loads(text)
    return content
