"""Who may import whom, and what a module may be called. The rooms' own order is import-linter's, in pyproject.toml."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.layout.sources import ROOT, files, imported, short, tree

OURS = {"email_registry", "registry_airflow", "local", "sandbox"}
# Folder -> what of the project it may import.
MAY_IMPORT = {
    "plugins/email_registry": {"email_registry"},
    "plugins/registry_airflow": {"email_registry", "registry_airflow"},
    "dags": {"email_registry", "registry_airflow"},
    "local": {"email_registry", "local"},
    "sandbox": {"sandbox"},
    "include": {"email_registry"},
    "docker": {"local"},
}
# Airflow's own side, and what starts and watches Airflow on one machine. Elsewhere Airflow is not imported.
AIRFLOW_IN = ("dags/", "plugins/registry_airflow/", "plugins/airflow_plugins.py", "local/")


@pytest.mark.parametrize("folder", MAY_IMPORT)
def test_a_folder_imports_only_what_it_may(folder: str) -> None:
    found = {short(path): wrong for path in files(folder) if (wrong := imported(path) & OURS - MAY_IMPORT[folder])}
    assert not found


def test_airflow_is_imported_only_where_it_is_at_home() -> None:
    found = [
        short(path)
        for path in files("plugins", "dags", "local", "sandbox", "docker", "include")
        if "airflow" in imported(path) and not short(path).startswith(AIRFLOW_IN)
    ]
    assert found == []


IMPORT_EVERYTHING = """
import importlib, pkgutil, sys
import email_registry
for found in pkgutil.walk_packages(email_registry.__path__, "email_registry."):
    if not found.name.endswith("__main__"):
        importlib.import_module(found.name)
unwanted = {"airflow", "great_expectations", "registry_airflow", "local", "sandbox"}
print(*sorted({name.split(".")[0] for name in sys.modules} & unwanted))
"""


def test_the_whole_domain_imported_brings_no_airflow_and_not_yet_great_expectations() -> None:
    """Great Expectations takes 4 to 7 s to import: DAG files and `--help` import the domain and must not pay for it."""
    done = subprocess.run(
        [sys.executable, "-P", "-c", IMPORT_EVERYTHING],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "plugins")},
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []


def test_no_module_or_folder_is_called_like_one_of_the_standard_library() -> None:
    """Airflow executes plugin files under their bare names: an email.py would take the place of `email`."""
    found = {
        short(path)
        for path in files("plugins", "dags")
        for name in (path.stem, *path.relative_to(ROOT).parent.parts[1:])
        if name in sys.stdlib_module_names and not name.startswith("__")
    }
    assert found == set()


def test_airflow_executes_no_file_under_plugins_but_the_entry_points() -> None:
    lines = [
        line for line in (ROOT / "plugins" / ".airflowignore").read_text().splitlines() if not line.startswith("#")
    ]
    assert lines[0] == "*.py"
    named = {line.removeprefix("!") for line in lines[1:]}
    assert all(line.startswith("!") for line in lines[1:])
    assert all((ROOT / "plugins" / name).is_file() for name in named), named


# Rooms without a face: each of their modules may be imported by itself, because each translates one library or one
# part of the policy.
DOORS = {"boundaries", "settings", "privacy", "cli"}
ROOMS = ROOT / "plugins" / "email_registry"


def past_the_face(path: Path) -> set[str]:
    """The names that a file imports from the inside of another room, or that the room's face does not export."""
    place = path.relative_to(ROOT).parts
    own = place[2] if place[:2] == ("plugins", "email_registry") else ""
    found = set()
    for node in ast.walk(tree(path)):
        if not isinstance(node, ast.ImportFrom) or not (node.module or "").startswith("email_registry."):
            continue
        room = str(node.module).split(".")[1]
        if room in {own, *DOORS} or not (ROOMS / room).is_dir():
            continue
        if str(node.module).count(".") > 1:
            found.add(str(node.module))
        else:
            found |= {f"{node.module}.{alias.name}" for alias in node.names if alias.name not in exported(room)}
    return found


def exported(room: str) -> set[str]:
    """What a room's `__init__` names in `__all__`."""
    for node in tree(ROOMS / room / "__init__.py").body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return set(ast.literal_eval(node.value))
    return set()


def test_a_room_is_entered_by_its_face() -> None:
    found = {short(path): names for path in files("plugins", "dags") if (names := past_the_face(path))}
    assert not found


def test_no_room_is_more_than_a_ninth_of_the_domain() -> None:
    lines = {
        room.name: sum(len(path.read_text(encoding="utf-8").splitlines()) for path in room.rglob("*.py"))
        for room in ROOMS.iterdir()
        if room.is_dir()
    }
    biggest = max(lines, key=lambda room: lines[room])
    assert lines[biggest] <= 0.11 * sum(lines.values()), biggest
