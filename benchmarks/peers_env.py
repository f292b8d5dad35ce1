"""The peers' packages, in an environment of their own: `.venv/peers`, what benchmarks/peers.txt pins."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import click

from local.world_paths import ROOT

LOCK = Path(__file__).parent / "peers.txt"
FOLDER = ROOT / ".venv" / "peers"
PYTHON = FOLDER / "bin" / "python"
STAMP = FOLDER / "stamp"
TOLD = ("pyarrow", "pandas", "dlt", "email-validator")


def make() -> None:
    """Make it, or make it equal to the lock. Says so in one line where there is something to do."""
    wanted = f"lock {hashlib.sha256(LOCK.read_bytes()).hexdigest()}\npython {sys.version}\nfolder {FOLDER}\n"
    if STAMP.exists() and STAMP.read_text() == wanted:
        return
    click.echo(f"installing the peers into {FOLDER.relative_to(ROOT)} (the first time only)", err=True)
    _uv("venv", "--clear", "--python", sys.executable, str(FOLDER))
    _uv("pip", "sync", "--compile-bytecode", "--python", str(PYTHON), str(LOCK))
    STAMP.write_text(wanted)


def versions() -> dict[str, str]:
    """The versions of the packages that a reader asks for."""
    code = f"import importlib.metadata as m, json; print(json.dumps({{n: m.version(n) for n in {TOLD!r}}}))"
    found: dict[str, str] = json.loads(subprocess.check_output([str(PYTHON), "-c", code], text=True))
    return found


def _uv(*arguments: str) -> None:
    done = subprocess.run([sys.executable, "-m", "uv", "--quiet", *arguments], cwd=ROOT, capture_output=True, text=True)
    if done.returncode != 0:
        last = done.stderr.strip().splitlines()[-1:] or ["no word of why"]
        raise click.ClickException(f"the peers cannot be installed: {last[0]}")
