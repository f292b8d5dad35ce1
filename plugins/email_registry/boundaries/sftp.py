"""Read files by SFTP from one server whose host key is pinned, in bounded windows. Errors show no contents.

The connection has `host`, `port`, `login`, `password` or `extra.key_file`, `extra.host_key` (the server's own line,
`ssh-ed25519 AAAA…`), `extra.folder`.
"""

from __future__ import annotations

import base64
import io
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, BinaryIO, Self, TypeVar, cast

from email_registry.boundaries.hosts import require_allowed_host
from email_registry.errors import ConfigurationError, SourceFailed, SourceUnready
from email_registry.settings import Connection, policy

if TYPE_CHECKING:
    import paramiko

T = TypeVar("T")
PORT = 22
WINDOW = 1 << 20  # bytes asked for at a time; paramiko's own prefetch would hold as much of the file as it can get
PIECE = 1 << 15  # of a window, a request each

# paramiko logs logins and hosts.
logging.getLogger("paramiko").setLevel(logging.CRITICAL)


class SftpFolder:
    """A folder on a server, open within `with`. SourceFailed is raised for what cannot be read."""

    def __init__(self, source: str, access: Connection) -> None:
        self._source, self._access = source, access
        self._folder = str(access.extra.get("folder") or ".").rstrip("/") or "/"
        require_allowed_host(source, access.host)
        self._key = _host_key(access)
        self._client: paramiko.SSHClient | None = None
        self._sftp: paramiko.SFTPClient | None = None

    def __enter__(self) -> Self:
        import paramiko

        self._client = paramiko.SSHClient()  # refuses a host key that it does not know
        port, timeouts = self._access.port or PORT, policy().http
        known = self._access.host if port == PORT else f"[{self._access.host}]:{port}"
        self._client.get_host_keys().add(known, self._key.get_name(), self._key)
        self._client.set_missing_host_key_policy(paramiko.RejectPolicy())
        try:
            self._work(lambda: self._connect(port, timeouts.connect_seconds, timeouts.read_seconds))
        except SourceFailed:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._client is not None:
            self._client.close()

    def names(self) -> set[str]:
        """Return the names of the files in the folder."""
        return self._work(lambda: set(self._open_sftp.listdir(self._folder)))

    def read(self, name: str, most: int) -> bytes:
        """Return the first `most` bytes of a file."""
        with self.open(name) as file:
            return file.read(most)

    def open(self, name: str) -> BinaryIO:
        """Open a file to be read forward in windows. Its `read` raises SourceFailed."""
        return cast(BinaryIO, self._work(lambda: _Windows(self._open_sftp.open(self._at(name)), self._work)))

    def version(self, name: str) -> tuple[int, float]:
        """Return the size and the time of the last change. Another value means that the file has changed."""
        status = self._work(lambda: self._open_sftp.stat(self._at(name)))
        return status.st_size or 0, status.st_mtime or 0

    @property
    def _open_sftp(self) -> paramiko.SFTPClient:
        assert self._sftp is not None  # noqa: S101  opened by __enter__
        return self._sftp

    def _at(self, name: str) -> str:
        return f"{self._folder.rstrip('/')}/{name}"

    def _connect(self, port: int, connect_seconds: float, read_seconds: float) -> None:
        assert self._client is not None  # noqa: S101  made by __enter__
        self._client.connect(
            self._access.host, port, self._access.login, self._access.password or None,
            key_filename=self._access.extra.get("key_file"), allow_agent=False, look_for_keys=False,
            timeout=connect_seconds, banner_timeout=connect_seconds, auth_timeout=read_seconds,
        )  # fmt: skip
        self._sftp = self._client.open_sftp()
        self._sftp.get_channel().settimeout(read_seconds)  # type: ignore[union-attr]

    def _work(self, work: Callable[[], T]) -> T:
        import paramiko

        kind: type[SourceFailed] = SourceUnready
        try:
            return work()
        except paramiko.BadHostKeyException:
            kind, why = SourceFailed, "its host key is not the one in the connection, nothing was sent"
        except paramiko.AuthenticationException:
            kind, why = SourceFailed, "it refuses the login"
        except FileNotFoundError:
            why = "a file or the folder is not there"
        except (paramiko.SSHException, OSError, EOFError) as error:
            why = f"it does not answer as it should ({type(error).__name__})"
        raise kind(f"{self._source}: SFTP: {why}")


class _Windows(io.RawIOBase):
    """A remote file that is read forward, a window of parallel requests at a time."""

    def __init__(self, file: paramiko.SFTPFile, work: Callable[[Callable[[], Any]], Any]) -> None:
        self._file, self._work, self._offset = file, work, 0
        self._size = int(file.stat().st_size or 0)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        wanted = min(WINDOW if size < 0 else size, WINDOW, self._size - self._offset)
        if wanted <= 0:
            return b""
        end = self._offset + wanted
        pieces = [(at, min(PIECE, end - at)) for at in range(self._offset, end, PIECE)]
        data: bytes = self._work(lambda: b"".join(self._file.readv(pieces)))
        self._offset += len(data)
        return data

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()


def _host_key(access: Connection) -> paramiko.PKey:
    import paramiko

    kind, _, rest = access.require("host_key").strip().partition(" ")
    try:
        return paramiko.PKey.from_type_string(kind, base64.b64decode(rest.split(" ")[0], validate=True))
    except (ValueError, paramiko.SSHException, paramiko.pkey.UnknownKeyType):
        pass
    raise ConfigurationError(
        f"connection {access.id}: extra.host_key is no public key such as `ssh-ed25519 AAAA…`", runbook="policy"
    )
