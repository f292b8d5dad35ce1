"""A drop on an SFTP server: the same rows, and nothing sent to a server that is not the agreed one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from email_registry.boundaries import sftp
from email_registry.errors import ConfigurationError, SourceFailed, SourceUnready
from email_registry.extract import Extraction
from tests.conftest import write_secrets
from tests.extract.ways import DAY, FILE, connections_of
from tests.offices import Office

OTHER_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDqPdw0lEnWHLrV8rYjvQmr3H6M2nSzB0p2g7L1b2b1U"


@pytest.fixture
def connect(world: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Write the connections; changes go to that of SFTP."""
    for name, value in write_secrets(tmp_path, "", "").items():
        monkeypatch.setenv(name, value)

    def write(extra: dict[str, Any] | None = None, **changes: Any) -> None:
        found = connections_of(world)
        found["ura_sftp"] |= changes
        found["ura_sftp"]["extra"] |= extra or {}
        (tmp_path / "secrets" / "connections.json").write_text(json.dumps(found))

    write()
    return write


def read(way: str = "sftp") -> Extraction:
    extraction = Extraction(FILE, DAY, way)
    for _ in extraction:
        pass
    return extraction


def test_the_drop_is_the_same_by_folder_and_by_sftp(connect: Any) -> None:
    by_folder, by_sftp = read("file").proof, read().proof
    assert by_sftp.complete
    assert by_sftp.received > 0
    for part in ("received", "declared", "filtered", "valid", "rejected", "digest", "contract"):
        assert getattr(by_sftp, part) == getattr(by_folder, part)


def test_a_file_of_many_windows_is_read_whole(connect: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sftp, "WINDOW", 1000)
    monkeypatch.setattr(sftp, "PIECE", 300)
    assert read().proof.complete


@pytest.mark.parametrize(
    ("extra", "changes", "kind", "said"),
    [
        ({"host_key": OTHER_KEY}, {}, SourceFailed, "its host key is not the one in the connection, nothing was sent"),
        ({}, {"password": "salasana"}, SourceFailed, "it refuses the login"),
        ({"folder": "/elsewhere"}, {}, SourceUnready, "a file or the folder is not there"),
        ({}, {"port": 9}, SourceUnready, "it does not answer as it should"),
    ],
)
def test_a_server_that_is_not_as_agreed(
    connect: Any, extra: dict[str, Any], changes: dict[str, Any], kind: type[SourceFailed], said: str
) -> None:
    connect(extra, **changes)
    extraction = read()
    assert type(extraction.failure) is kind
    assert said in str(extraction.failure)
    assert "salasana" not in str(extraction.failure)
    assert extraction.proof.received == 0


@pytest.mark.parametrize(
    ("extra", "changes", "said"),
    [
        ({}, {"host": "elsewhere.example"}, "not among the policy's allowed_hosts, nothing was sent"),
        ({"host_key": "ssh-ed25519 nonsense"}, {}, "extra.host_key is no public key"),
        ({"host_key": "nonsense"}, {}, "extra.host_key is no public key"),
        ({"host_key": ""}, {}, "extra.host_key is missing"),
    ],
)
def test_a_connection_that_is_not_as_it_must_be(
    connect: Any, extra: dict[str, Any], changes: dict[str, Any], said: str
) -> None:
    connect(extra, **changes)
    with pytest.raises(ConfigurationError, match=said):
        read()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")  # paramiko's own thread's
def test_a_server_that_ends_in_the_middle_is_away(connect: Any, world: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file of the marker is there, and the server goes between two windows."""
    monkeypatch.setattr(sftp, "WINDOW", 1000)
    whole, count = sftp._Windows.read, iter(range(1_000_000))

    def then_away(self: sftp._Windows, size: int = -1) -> bytes:
        if next(count) == 3:
            world.stop()
        return whole(self, size)

    monkeypatch.setattr(sftp._Windows, "read", then_away)
    try:
        extraction = read()
    finally:
        world.serve()
    assert type(extraction.failure) is SourceUnready
    assert "SFTP" in str(extraction.failure)
