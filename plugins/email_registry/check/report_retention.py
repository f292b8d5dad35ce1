"""Delete quality reports when the policy says so. Whole folders of nights are deleted."""

from __future__ import annotations

import shutil
from contextlib import suppress
from datetime import date

from email_registry.boundaries.files import file_work
from email_registry.check.folders import nights
from email_registry.check.reports import publish_index


def forget_reports(before: date) -> int:
    """Delete the reports of nights before that day, and write the index again. Returns the number of nights."""
    old = [night for night in nights() if night.on < before]
    for night in old:
        file_work(night.folder, lambda folder=night.folder: shutil.rmtree(folder))  # type: ignore[misc]
        with suppress(OSError):  # the folder of the date stays when it has another night
            night.folder.parent.rmdir()
    if old:
        publish_index()
    return len(old)
