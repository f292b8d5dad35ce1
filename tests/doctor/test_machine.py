"""This machine: secrets that others may read, keys that are lost, a full disk, other versions; and before a night."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import date
from importlib import metadata
from pathlib import Path

import pytest

from email_registry import night
from email_registry.doctor import before_night, machine, versions
from email_registry.doctor.findings import Findings
from email_registry.errors import ConfigurationError, Held, RegistryError
from tests.doctor.patients import Patient
from tests.registry_rows import run_sql

pytestmark = pytest.mark.faults

GB = 1 << 30
KEYS = "suppression_keys.json"


@pytest.mark.parametrize(
    ("name", "mode", "cure"),
    [("", 0o750, "chmod 700"), ("connections.json", 0o640, "chmod 600"), (KEYS, 0o604, "chmod 600")],
)
def test_secrets_that_others_may_read(patient: Patient, name: str, mode: int, cure: str) -> None:
    path = patient.home / "secrets" / name
    before = path.stat().st_mode & 0o777
    path.chmod(mode)
    found = patient.says("secrets")
    path.chmod(before)
    assert found.detail == f"others than its owner may look into {path}"
    assert found.cure == f"{cure} {path}"
    assert found.exit_code == 2


def test_secrets_that_a_containers_engine_mounted_are_its_own(
    patient: Patient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mounts of a process, as Linux shows them (proc_pid_mountinfo(5)); each file by itself, or the folder."""
    folder, shown = patient.home / "secrets", tmp_path / "mountinfo"
    monkeypatch.setattr(machine, "MOUNTS", shown)
    line = "36 35 98:0 /run/x {} ro,noatime master:1 - ext4 /dev/root rw\n"
    folder.chmod(0o755)
    (folder / KEYS).chmod(0o444)
    try:
        shown.write_text("".join(line.format(file) for file in folder.iterdir()))
        assert patient.ill("secrets") == {}
        shown.write_text(line.format(folder))
        assert patient.ill("secrets") == {}
        shown.write_text(line.format(folder / KEYS))
        assert patient.says("secrets").cure == f"chmod 700 {folder}"
    finally:
        folder.chmod(0o700)
        (folder / KEYS).chmod(0o600)


@pytest.fixture
def keys(patient: Patient) -> Iterator[Path]:
    """The file of the keys, which the test may spoil."""
    file = patient.home / "secrets" / KEYS
    whole = file.read_bytes()
    yield file
    file.write_bytes(whole)
    file.chmod(0o600)


@pytest.mark.parametrize("content", ["", "{}", '{"1": "00"}', '["x"]', '{"one": "' + 64 * "0" + '"}'])
def test_suppression_keys_that_cannot_be_read(patient: Patient, keys: Path, content: str) -> None:
    keys.write_text(content)
    found = patient.ill("suppression")["suppression keys"]
    assert "is missing or is not {version: 64 hex digits}" in found.detail
    assert "never make a new one" in found.cure


def test_secrets_that_are_not_there(patient: Patient, keys: Path, tmp_path: Path) -> None:
    keys.unlink()
    found = patient.ill("secrets")["secrets"]
    assert found.detail == f"{keys} is not there"
    assert "restore it from the office's vault" in found.cure
    patient.patch.setenv("REGISTRY_SECRETS", str(tmp_path / "nowhere"))
    found = patient.ill("secrets")["secrets"]
    assert "nowhere/connections.json is not there" in found.detail


@pytest.mark.parametrize(
    ("total", "free", "well"),
    [(100 * GB, GB, True), (100 * GB, GB - 1, False), (10 * GB, GB // 2, True), (10 * GB, GB // 2 - GB // 20, False)],
)
def test_a_disk_that_is_nearly_full(
    patient: Patient, monkeypatch: pytest.MonkeyPatch, total: int, free: int, well: bool
) -> None:
    """What the system says of a disk is given in its place."""
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(total, total - free, free))  # type: ignore[attr-defined]
    found = patient.ill("disk")
    assert set(found) == (set() if well else {"disk home", "disk reports", "disk sheets"})
    assert all("at least 1 GB or 5%" in one.cure for one in found.values())


def test_a_disk_that_is_really_full(patient: Patient, tmp_path: Path) -> None:
    place = tmp_path / "small"
    place.mkdir()
    try:
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no file system can be mounted here")
    try:
        patient.patch.setenv("REGISTRY_HOME", str(place))
        assert patient.ill("disk").keys() == set()
        (place / "filler").write_bytes(b"\0" * 1_010_000)
        assert patient.ill("disk").keys() == {"disk home", "disk reports"}
    finally:
        subprocess.run(["umount", str(place)], check=True)


def test_a_package_of_another_version_or_missing(
    patient: Patient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = tmp_path / "requirements.txt"
    monkeypatch.setattr(versions, "LOCK", lock)
    hashes = " \\\n    --hash=sha256:00 \\\n    --hash=sha256:01\n"
    lock.write_text(
        f"click==0.1{hashes}    # via -r requirements.in\nno-such-package==1.0 ; python_version >= '3.8'{hashes}"
    )
    found = patient.says("version packages")
    assert found.detail.startswith("click is ")
    assert found.detail.endswith("and 0.1 is pinned (and 1 more)")
    assert found.cure == "run `make setup`"
    lock.write_text(f"no-such-package==1.0 ; python_version < '3.0'{hashes}no-such-other==1.0{hashes}")
    assert patient.says("version packages").detail == "no-such-other is missing, and 1.0 is pinned"


def test_the_lock_is_read_whole() -> None:
    text = versions.LOCK.read_text(encoding="utf-8")
    for_us = dict(versions.pins(versions.LOCK))
    assert len(versions.PIN.findall(text)) == sum(
        "==" in line and not line.startswith((" ", "#")) for line in text.splitlines()
    )
    assert for_us["apache-airflow"] == "3.3.2"
    assert text.count("\nnumpy==") == 2  # one for older Pythons
    assert for_us["numpy"] == metadata.version("numpy")


def test_another_python(patient: Patient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = tmp_path / "pyproject.toml"
    project.write_text('[project]\nrequires-python = ">=3.99"\n')
    monkeypatch.setattr(versions, "PROJECT", project)
    found = patient.says("version python")
    assert "and >=3.99 is needed" in found.detail
    assert "make setup PYTHON=" in found.cure


def test_a_look_that_breaks_is_a_finding_without_its_text() -> None:
    findings = Findings()
    assert not findings.look("disk", lambda: {}["matti@sandbox-posti.fi"])
    (found,) = findings.found
    assert "this is a fault of the software" in found.detail
    assert "matti" not in str(found)
    assert (found.cure, found.exit_code) == ("see docs/runbooks/software-fault.md", 1)


# Before a night --------------------------------------------------------------------------------------

Spoil = Callable[[Patient], None]


def no_keys(patient: Patient) -> None:
    patient.patch.setenv("REGISTRY_SECRETS", "/nowhere")


def shut(patient: Patient) -> None:
    (patient.home / "secrets" / "connections.json").chmod(0o644)


def no_connection(patient: Patient) -> None:
    patient.connect(ura_view=None)


def no_room(patient: Patient) -> None:
    patient.patch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(100 * GB, 99 * GB, GB - 1))  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("spoil", "kind", "said"),
    [
        (no_keys, ConfigurationError, "/nowhere/connections.json is not there"),
        (shut, ConfigurationError, "others than its owner may look into"),
        (no_connection, ConfigurationError, "connection ura_view is missing"),
        (no_room, Held, "free some or enlarge it"),
    ],
)
def test_a_night_does_not_begin_where_it_would_not_end(
    patient: Patient, spoil: Spoil, kind: type[RegistryError], said: str
) -> None:
    spoil(patient)
    with pytest.raises(kind, match="before the night: ") as refused:
        night.open_night(date(2026, 11, 23), owner="test")
    (patient.home / "secrets" / "connections.json").chmod(0o600)
    assert said in refused.value.message
    assert refused.value.runbook == "doctor"
    assert "@" not in str(refused.value)
    assert run_sql(patient.office.environment["REGISTRY_ADMIN_URL"], "SELECT count(*) FROM operations.run") == [(0,)]


def test_what_no_night_needs_does_not_stop_one(patient: Patient) -> None:
    """Webropol, mail and the sheets are the syncs' and the alarms'."""
    patient.connect(webropol=None, webropol_files=None, mail=None, ura_sftp=None)
    before_night()
