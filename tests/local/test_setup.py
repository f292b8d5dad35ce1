"""`make setup`: which Python is taken, and what an interrupted installation leaves for the next try."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.stack

ROOT = Path(__file__).resolve().parents[2]
LOCK = (ROOT / "requirements.txt").read_text()


def pinned(package: str) -> str:
    """The lines of the project's lock that pin one package."""
    found = re.search(rf"^{package}==\S.*?(?=^\S|\Z)", LOCK, flags=re.MULTILINE | re.DOTALL)
    assert found is not None
    return found.group()


def set_up(*arguments: str | Path, path: str | None = None, python: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ROOT / "local" / "setup.sh", *arguments],
        env=os.environ | {"PATH": path or os.environ["PATH"], "PYTHON": python},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=180,
    )


def pretend(folder: Path, name: str, version: str) -> Path:
    """A program that answers as a Python of that version would."""
    folder.mkdir(exist_ok=True)
    program = folder / name
    program.write_text(f"#!/bin/sh\necho {version}\n")
    program.chmod(0o755)
    return program


@pytest.mark.parametrize(
    ("version", "said"),
    [
        ("3.9.2", "Python 3.11 or newer is needed (up to 3.13), found 3.9.2"),
        ("2.7.18", "Python 3.11 or newer is needed (up to 3.13), found 2.7.18"),
        ("3.14.0", "Python 3.11, 3.12 or 3.13 is needed, found 3.14.0"),
    ],
)
def test_a_python_the_lock_does_not_serve_is_one_clear_line(tmp_path: Path, version: str, said: str) -> None:
    program = pretend(tmp_path / "bin", "python3", version)
    refused = set_up("--root", tmp_path, python=str(program))
    assert refused.returncode == 1
    assert refused.stdout == ""
    assert said in refused.stderr
    assert "make PYTHON=" in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert not (tmp_path / ".venv").exists()


def test_a_python_that_is_not_there_is_said(tmp_path: Path) -> None:
    refused = set_up("--root", tmp_path, python=str(tmp_path / "no-such-python"))
    assert refused.returncode == 1
    assert refused.stderr.startswith("setup: Python 3.11 or newer is needed")
    assert refused.stderr.count("\n") == 1


def test_a_fitting_python_behind_an_unfit_one_is_found(tmp_path: Path) -> None:
    pretend(tmp_path / "bin", "python3", "3.9.2")
    (tmp_path / "bin" / "python3.12").symlink_to(sys.executable)
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("dirname", "sh"):
        (tools / name).symlink_to(f"/bin/{name}" if Path(f"/bin/{name}").exists() else f"/usr/bin/{name}")
    refused = set_up("--root", tmp_path, path=f"{tmp_path / 'bin'}:{tools}")
    assert "requirements.txt cannot be read" in refused.stderr  # it got as far as the lock, which is not here


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository whose lock is uv and one small package, set up."""
    root = tmp_path_factory.mktemp("repository")
    (root / "requirements.txt").write_text(pinned("iniconfig") + pinned("uv"))
    done = set_up("--root", root)
    assert done.returncode == 0, done.stderr
    assert "setup: done in" in done.stdout
    return root


def has(root: Path, module: str) -> bool:
    return subprocess.run([root / ".venv/bin/python", "-c", f"import {module}"], capture_output=True).returncode == 0


def test_what_is_installed_is_compiled_and_the_second_call_does_nothing(installed: Path) -> None:
    assert has(installed, "iniconfig")
    assert list(installed.glob(".venv/lib/*/site-packages/iniconfig/__pycache__/*.pyc"))
    stamp = installed / ".venv" / "setup.stamp"
    before = stamp.stat().st_mtime_ns
    again = set_up("--root", installed)
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert stamp.stat().st_mtime_ns == before


def test_a_changed_lock_is_followed(installed: Path) -> None:
    (installed / "requirements.txt").write_text(pinned("packaging") + pinned("uv"))
    assert set_up("--root", installed).returncode == 0
    assert has(installed, "packaging")
    assert not has(installed, "iniconfig")


def test_a_package_with_another_digest_is_refused_in_one_line_and_a_second_try_works(installed: Path) -> None:
    lock = installed / "requirements.txt"
    right = pinned("iniconfig") + pinned("uv")
    lock.write_text(re.sub(r"sha256:\w+", "sha256:" + "0" * 64, pinned("iniconfig")) + pinned("uv"))
    refused = set_up("--root", installed)
    assert refused.returncode == 1
    assert "ash mismatch" in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert not (installed / ".venv" / "setup.stamp").exists()
    for python in (installed / ".venv" / "bin").glob("python*"):
        python.unlink()  # and half of the environment is gone besides
    lock.write_text(right)
    assert set_up("--root", installed).returncode == 0
    assert has(installed, "iniconfig")


def test_a_lock_without_uv_says_so(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("click==8.1.0\n")
    refused = set_up("--root", tmp_path)
    assert refused.returncode == 1
    assert "pins no uv with hashes: run `make lock`" in refused.stderr
