"""Check where lists are kept: Webropol's interface, the folder of sheets and templates, the survey of unsubscribes."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date
from functools import partial
from pathlib import Path

from email_registry.deliveries import capabilities_of, read_overview, webropol_door
from email_registry.doctor.answers import answered, hasty, login_of
from email_registry.doctor.findings import CheckFailed, Findings, cured_by
from email_registry.errors import DeliveryFailed
from email_registry.settings import Pilot, Target, connection, policy
from email_registry.spreadsheets import SheetWriter, Template
from email_registry.unsubscribes import read_answers

PILOT = "pilot"


def look_at_webropol(found: Findings, on: date) -> None:
    """Check the login, the overview, each list that is kept by the interface, and the survey of unsubscribes."""
    names: dict[str, str] = {}
    if found.look("webropol", lambda: _overview(names)):
        for name, target in _kept(needs_person=False).items():
            found.look(f"target {name}", partial(_listed, name, target, names))
        survey = policy().unsubscribes.survey
        if survey is not None:
            found.look("survey", lambda: _survey(str(survey), on))


def look_at_sheets(found: Findings) -> None:
    """Check the folder of sheets and exports, and each list that is kept by them."""
    files = policy().files
    if files is not None and found.look("sheets", lambda: _folder(files.connection)):
        root = Path(connection(files.connection).require("folder"))
        for name, target in _kept(needs_person=True).items():
            found.look(f"target {name}", partial(_sheet, root, name, target))


def _kept(*, needs_person: bool) -> Mapping[str, Target | Pilot]:
    known = policy()
    every: dict[str, Target | Pilot] = {**known.targets, **({PILOT: known.pilot} if known.pilot else {})}
    return {name: target for name, target in every.items() if capabilities_of(target).needs_person == needs_person}


def _overview(names: dict[str, str]) -> str:
    access, door = policy().webropol.connection, webropol_door("doctor", hasty())
    paths = "correct webropol.lists in the policy"
    try:
        with cured_by(paths), answered("Webropol", {**login_of(access), 404: ("its lists are not there", paths)}):
            names |= read_overview(door)
    finally:
        door.close()
    return f"the login, {len(names)} lists"


def _listed(name: str, target: Target | Pilot, names: Mapping[str, str]) -> str:
    called = names.get(str(target.list_id))
    if called is None:
        key = "pilot.list_id" if isinstance(target, Pilot) else f"targets.{name}.list_id"
        raise CheckFailed(
            "Webropol has no list of that id", f"correct {key} in the policy, or make the list at Webropol"
        )
    if list(names.values()).count(called) > 1:
        raise CheckFailed(
            "two lists at Webropol have its name: a person could send from the wrong one", "rename one there"
        )
    if isinstance(target, Target):
        own_names = {name, target.name.fi, target.name.en}
        if called not in {own.strip().casefold() for own in own_names}:
            raise CheckFailed(
                "the list of that id has another name at Webropol",
                f"see that targets.{name}.list_id is right, then give both the same name",
            )
    return "its list is there, by its id and its name" if isinstance(target, Target) else "its list is there"


def _survey(survey: str, on: date) -> str:
    failure: CheckFailed | None = None
    try:
        next(read_answers(survey, on, hasty()), None)  # this reads at most one page of today's answers
    except DeliveryFailed as error:  # Webropol itself has just answered, so the survey is the problem
        cure = "correct unsubscribes.survey in the policy, or share it with the login at Webropol"
        failure = CheckFailed(error.message, cure)
    if failure is not None:
        raise failure
    return "its answers can be read"


def _folder(name: str) -> str:
    root = Path(connection(name).require("folder"))
    if not root.is_dir():
        raise CheckFailed(f"{root} is not there", f"mount or make it (mode 700), or correct {name} in connections.json")
    return _writable(root)


def _writable(folder: Path) -> str:
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        raise CheckFailed(
            f"{folder} cannot be read and written", "give it to the user that runs this (chown, chmod 700)"
        )
    return f"{folder} can be written"


def _sheet(root: Path, name: str, target: Target | Pilot) -> str:
    sheet = target.sheet
    assert sheet is not None  # noqa: S101  the policy requires a sheet of such a list
    folder, key = root / name, "pilot" if isinstance(target, Pilot) else f"targets.{name}"
    if folder.exists():
        if not folder.is_dir():
            raise CheckFailed(f"{folder} is no folder", "move what is there away")
        _writable(folder)
    with cured_by(
        f"export the template from Webropol to {root / sheet.template}, or correct {key}.sheet in the policy"
    ):
        template = Template.read(root / sheet.template, sheet.email)
        SheetWriter(template, folder / f"recipients{template.suffix}", sheet.fixed)  # writes nothing before its `with`
    return f"its template {sheet.template} has the heading of the addresses"
