"""Who may import whom, and what a module may be called. The rooms' own order is import-linter's, in pyproject.toml."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.layout.sources import ROOT, files, imported, short

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
