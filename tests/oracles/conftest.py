"""Where the suites are found, and the judge with its mouth held shut.

oracles         session  the folder of public suites, beside the repository or where ORACLES points
library_tests   session  the source of email-validator's own test_syntax.py, of the version installed
judged_quietly  test     judges texts, and fails where anything was printed or logged
"""

from __future__ import annotations

import hashlib
import logging
import os
import subprocess
import sys
import tarfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest

from email_registry.addresses import judge
from email_registry.privacy import AddressColumn

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".venv" / "oracles"
# Wheels carry no tests. The version is the lock's: a new one needs its line here.
SDISTS = {"2.4.0": "be487bc50bc3bd832a98515a55a15649d9bec06d954fa178663190714b6c4ee1"}

Judge = Callable[[list[str]], list[tuple[str, str | None]]]


@pytest.fixture(scope="session")
def oracles() -> Path:
    folder = Path(os.environ.get("ORACLES") or ROOT.parent / "shared" / "oracles")
    if not folder.is_dir():
        pytest.skip("the public suites are not here: neither beside the repository, nor where ORACLES points")
    return folder


@pytest.fixture(scope="session")
def library_tests() -> str:
    installed = version("email-validator")
    assert installed in SDISTS, f"email-validator {installed} is new: add its sdist's sha256 to SDISTS"
    archive = CACHE / f"email_validator-{installed}.tar.gz"
    if not archive.is_file():
        _download(installed)
    assert hashlib.sha256(archive.read_bytes()).hexdigest() == SDISTS[installed], (
        f"{archive.name} in .venv/oracles has another hash: delete it"
    )
    with tarfile.open(archive) as files:
        source = files.extractfile(f"email_validator-{installed}/tests/test_syntax.py")
        assert source is not None
        return source.read().decode("utf-8")


def _download(installed: str) -> None:
    """Bring the sdist with pip, once. pip builds its metadata on the way, and only if the hash is right."""
    CACHE.mkdir(parents=True, exist_ok=True)
    wanted = CACHE / "wanted.txt"
    wanted.write_text(f"email-validator=={installed} --hash=sha256:{SDISTS[installed]}\n", encoding="utf-8")
    options = ["--require-hashes", "--no-deps", "--no-binary", "email-validator", "--retries", "0", "--timeout", "10"]
    command = [sys.executable, "-m", "pip", "download", "--quiet", *options, "--dest", str(CACHE), "-r", str(wanted)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    except subprocess.TimeoutExpired:
        pytest.skip("email-validator's own tests did not arrive in two minutes, and no copy was kept")
    if "DO NOT MATCH THE HASHES" in done.stderr:
        pytest.fail("the sdist of email-validator is not the one whose hash is known here")
    if done.returncode:
        pytest.skip("email-validator's own tests cannot be brought from the package index, and no copy was kept")


@pytest.fixture
def judged_quietly(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> Judge:
    """Verdict and canonical form of each text."""

    def judged(texts: list[str]) -> list[tuple[str, str | None]]:
        with caplog.at_level(logging.DEBUG):
            found = judge(AddressColumn(texts))
            pairs = list(zip(found.verdicts, found.emails.reveal(), strict=True))
        assert caplog.records == []
        assert capfd.readouterr() == ("", "")
        return pairs

    return judged
