"""The text files of a PostgreSQL data folder that we write or read ourselves."""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
from dataclasses import dataclass
from pathlib import Path

import psutil

LOOPBACK = "127.0.0.1"

# What must not reach the server's log: a statement, a parameter, the DETAIL of an error
# ("Key (email)=(…)"), and the DETAIL of a crash ("Failed process was running: …").
QUIET = {
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_statement": "none",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_min_duration_statement": "-1",
    "log_autovacuum_min_duration": "-1",
    "log_checkpoints": "off",
    "logging_collector": "off",  # stderr; pg_ctl appends it to server.log
    # A segment of the WAL that is used again keeps its old bytes until they are written over: deleted addresses.
    "wal_recycle": "off",
}
SIZE = {"max_connections": "200", "shared_buffers": "256MB", "max_wal_size": "2GB", "wal_compression": "on"}
# For tests alone. Commits still wait for their write, so that a killed server loses none: with
# synchronous_commit off too, a kill lost what had been committed 0.2 s before.
UNSAFE = {"fsync": "off", "full_page_writes": "off"}

HBA = f"# Written at every start.\nhost all all {LOOPBACK}/32 scram-sha-256\n"


def configuration(port: int, *, fast: bool) -> str:
    """`postgresql.conf` as a whole: loopback by TCP, no Unix socket, a log without values."""
    settings = {
        "listen_addresses": LOOPBACK,
        "port": str(port),
        "unix_socket_directories": "",
        "password_encryption": "scram-sha-256",
        "timezone": "UTC",
        **SIZE,
        **QUIET,
        **(UNSAFE if fast else {}),
    }
    return "# Written at every start.\n" + "".join(f"{key} = '{value}'\n" for key, value in settings.items())


@dataclass(frozen=True)
class Postmaster:
    """A server that is running in a data folder."""

    pid: int
    port: int
    ready: bool


def postmaster(data: Path) -> Postmaster | None:
    """Return the server that runs in `data`. None without one, even if postmaster.pid outlived its server.

    A number in postmaster.pid can belong to any other process after a crash or a reboot; a
    postmaster's own working folder is its data folder.
    """
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
        pid, port = int(lines[0]), int(lines[3])
    except (OSError, ValueError, IndexError):
        return None
    try:
        running = psutil.Process(pid)
        if running.status() == psutil.STATUS_ZOMBIE or Path(running.cwd()) != data.resolve():
            return None
    except (psutil.Error, OSError):
        return None
    return Postmaster(pid, port, ready=len(lines) > 7 and lines[7].strip() == "ready")


def port_is_free(port: int) -> bool:
    """Tell whether a server could listen on 127.0.0.1:port now. Connections that are still closing do not count."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
            probe.listen(1)
        except OSError:
            return False
        return True


def free_port() -> int:
    """Return a free port of 127.0.0.1."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def write_private(path: Path, text: str) -> None:
    """Replace a file atomically. Only its owner can read it, from the first byte on."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
        beside.replace(path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            beside.unlink()


def private_folder(path: Path) -> Path:
    """Make a folder that only its owner may enter, and make sure that it is one."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.chmod(0o700)
    return path
