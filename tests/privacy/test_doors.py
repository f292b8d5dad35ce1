"""Where an address becomes a text, and which rooms have a door out: every place is known, with what it is for."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.layout.sources import ROOT, files, imported, tree

# Where an address is taken out of its masked type, and for what.
TAKEN = {
    "addresses/judging.py": "judged; a verdict beside its address, for staging",
    "extract/staging.py": "staged for the run",
    "suppression/hashes.py": "hashed: who is suppressed",
    "sync/reading.py": "staged for the run: who is on a list",
    "deliveries/rest.py": "a batch for Webropol",
    "deliveries/sheets.py": "a sheet for Webropol",
    "unsubscribes/reading.py": "hashed: who said no at Webropol",
    "onboarding/handing_back.py": "the last list as a sheet, given back to the office",
    "onboarding/staff_pilot.py": "staff's, compared with the pilot's list",
    "rights/cases.py": "hashed: whom a request is about",
    "rights/list_removal.py": "hashed: whether they are on a list",
}
LETTERS = {"include/letters/fi/letter.html", "include/letters/en/letter.html"}  # which answer the person
# Who goes out by which door. Outside `boundaries` nobody opens one.
DOORS = {
    "web": {"extract/odata_pages.py", "deliveries/rest.py", "unsubscribes/survey.py"},
    "sftp": {"extract/file.py"},
    "mail": {"audit/head_mail.py", "expire/alarms.py"},
}
LOOKS_ONLY = "doctor/"
# What opens a connection; the domain's only other use of these is a name of this machine and the parts of a URL.
OPENS = {"requests", "urllib3", "httpx", "socket", "smtplib", "paramiko", "asyncssh", "ftplib", "telnetlib"}
HARMLESS = {"runs/lease.py": {"socket"}, "extract/odata_pages.py": {"urllib3"}}


def name_of(path: Path) -> str:
    """As a room's reader knows it."""
    return path.relative_to(ROOT / "plugins").as_posix().removeprefix("email_registry/")


def taken(path: Path) -> bool:
    calls = (node for node in ast.walk(tree(path)) if isinstance(node, ast.Call))
    return any(isinstance(call.func, ast.Attribute) and call.func.attr in ("reveal", "arrow") for call in calls)


@pytest.mark.promise("purpose", "disclosure")
def test_an_address_becomes_a_text_only_where_it_is_known_what_for() -> None:
    found = {name_of(path) for path in files("plugins") if taken(path)}
    assert found == set(TAKEN)
    pages = {
        path.relative_to(ROOT).as_posix() for path in files("include", suffix=".html") if "reveal" in path.read_text()
    }
    assert pages == LETTERS


def modules(path: Path) -> set[str]:
    """What a file imports of ours and of others, in full."""
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return {name.removeprefix("email_registry.") for name in found}


@pytest.mark.promise("disclosure", "transfer")
def test_nobody_but_the_boundaries_opens_a_connection() -> None:
    opens = {name_of(path): imported(path) & OPENS for path in files("plugins/email_registry")}
    found = {name: libraries for name, libraries in opens.items() if libraries and not name.startswith("boundaries/")}
    assert found == HARMLESS


@pytest.mark.promise("disclosure", "transfer")
@pytest.mark.parametrize("door", DOORS)
def test_who_goes_out_by_a_door_is_known(door: str) -> None:
    users = {name_of(path) for path in files("plugins") if f"boundaries.{door}" in modules(path)}
    assert {user for user in users if not user.startswith(("boundaries/", LOOKS_ONLY))} == DOORS[door]
