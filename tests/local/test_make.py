"""The Makefile explains itself, and the launcher says when there is nothing to launch."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_help_lists_every_target_once() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    shown = subprocess.run(["make", "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True)
    listed = re.findall(r"^  make ([a-z-]+) ", shown.stdout, flags=re.MULTILINE)
    assert sorted(listed) == sorted(targets)
    assert all(len(line) < 120 for line in shown.stdout.splitlines())


def test_the_launcher_without_packages_says_what_to_do(tmp_path: Path) -> None:
    shutil.copy(ROOT / "registry", tmp_path / "registry")
    refused = subprocess.run([tmp_path / "registry", "status"], capture_output=True, text=True)
    assert refused.returncode == 2
    assert refused.stderr == "./registry: not set up yet: run `make setup`\n"


def launch(tmp_path: Path, **environment: str) -> dict[str, str]:
    """What the launcher hands to the program, seen by a program that prints its environment."""
    shutil.copy(ROOT / "registry", tmp_path / "registry")
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True, exist_ok=True)
    python.write_text('#!/bin/sh\nexec "$REAL" -c "import json, os; print(json.dumps(dict(os.environ)))"')
    python.chmod(0o755)
    (tmp_path / "var").mkdir(exist_ok=True)
    (tmp_path / "var" / "world.env").write_text(
        "REGISTRY_HOME=/elsewhere\nREGISTRY_URL=postgresql+psycopg2://app:a=b@127.0.0.1:1/registry\n"
        "REGISTRY_ADMIN_URL=the-world's\nPATH=/evil\nREGISTRY_$(touch x)=1\n"
    )
    clean = {"PATH": os.environ["PATH"], "REAL": sys.executable, **environment}
    done = subprocess.run([tmp_path / "registry"], env=clean, capture_output=True, text=True, check=True)
    seen: dict[str, str] = json.loads(done.stdout)
    return seen


def test_the_launcher_takes_the_world_s_variables(tmp_path: Path) -> None:
    seen = launch(tmp_path)
    assert seen["REGISTRY_URL"] == "postgresql+psycopg2://app:a=b@127.0.0.1:1/registry"
    assert seen["REGISTRY_ADMIN_URL"] == "the-world's"
    assert seen["REGISTRY_HOME"] == str(tmp_path / "var")
    assert seen["PATH"] == os.environ["PATH"]
    assert seen["PYTHONPATH"] == str(tmp_path / "plugins")


def test_the_launcher_leaves_what_is_set_and_never_mixes_two_servers(tmp_path: Path) -> None:
    seen = launch(tmp_path, REGISTRY_URL="postgresql+psycopg2://own@db/registry")
    assert seen["REGISTRY_URL"] == "postgresql+psycopg2://own@db/registry"
    assert "REGISTRY_ADMIN_URL" not in seen
    assert launch(tmp_path, REGISTRY_ADMIN_URL="mine")["REGISTRY_ADMIN_URL"] == "mine"
