"""People who unsubscribe at Webropol: they answer the survey, or a person drops an export that names them."""

from __future__ import annotations

import csv
import sqlite3
from pathlib import Path

from sandbox.targets import UNSUBSCRIBE_SURVEY
from tests.offices import Office


def answer_survey(office: Office, emails: list[str], on: str = "2026-11-23") -> None:
    """Let these persons answer the survey behind the link."""
    with sqlite3.connect(office.home / "world.sqlite") as world:
        world.executemany(
            "INSERT INTO webropol_response (survey_id, respondent_id, response_id, email, response_date)"
            " VALUES (?, ?, ?, ?, ?)",
            [(UNSUBSCRIBE_SURVEY, str(n), str(n), email, f"{on}T12:00:00") for n, email in enumerate(emails)],
        )


def drop_export(office: Office, name: str, emails: list[str], heading: str = "Sähköposti") -> Path:
    """Put an export into the folder of unsubscribes, as a person does."""
    path = office.sheets / "unsubscribes" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerows([[heading, "Tila"], *([email, "x"] for email in emails)])
    return path
