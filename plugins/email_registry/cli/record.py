"""The group of the processing record: what is done with personal data, as the policy says."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from email_registry.cli.options import as_json
from email_registry.cli.output import print_result

if TYPE_CHECKING:
    from email_registry.record import Written

FOLDER = click.Path(file_okay=False, path_type=Path)


@click.group()
def record() -> None:
    """The record of processing activities (GDPR, article 30), made of the policy that REGISTRY_POLICY names.

    Beside it stands what the privacy notice tells of the policy, with the notice's date. A policy that changes any of
    it needs a notice of a later date.
    """


@record.command()
@click.option(
    "--language", type=click.Choice(["fi", "en"]), default="fi", show_default=True, help="The language of the record."
)
@as_json
def show(language: str, json_: bool) -> None:
    """Print the record, as Markdown. Nothing is written."""
    from email_registry.record import text
    from email_registry.settings import environment

    page = text(environment().policy_file, "en" if language == "en" else "fi")
    print_result({"language": language, "text": page}, [page.rstrip("\n")], json_=json_)


@record.command()
@click.argument("folder", type=FOLDER)
@as_json
def write(folder: Path, json_: bool) -> None:
    """Write the record to FOLDER, in Finnish and English, and note what the notice's date was declared for.

    When the policy changed what people were told and the notice's date is the same, nothing is written and the exit
    code is 2.
    """
    from email_registry.record import write as write_record
    from email_registry.settings import environment

    done = write_record(environment().policy_file, folder)
    lines = [f"written: {path}" for path in done.files]
    print_result(_row(done), [*lines, f"declared under the notice of {done.notice_date}"], json_=json_)


@record.command()
@click.argument("folder", type=FOLDER)
@as_json
def check(folder: Path, json_: bool) -> None:
    """Check that the record in FOLDER is what the policy says, and that the notice was declared for it.

    Nothing is written. Exit code 2 when it is not so; the line says what to do.
    """
    from email_registry.record import check as check_record
    from email_registry.settings import environment

    done = check_record(environment().policy_file, folder)
    line = f"the record is what the policy says, and the notice of {done.notice_date} was declared for it"
    print_result(_row(done), [line], json_=json_)


def _row(done: Written) -> dict[str, Any]:
    return {**asdict(done), "files": [str(path) for path in done.files]}
