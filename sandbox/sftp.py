"""The drop folder by SFTP: read only, nothing beside it, and nothing is logged.

URA's interfaces are not public; a nightly file over SFTP is the likeliest. The server is AsyncSSH's.
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncssh

from sandbox.tokens import same
from sandbox.world import World, need

# It logs who logs in and which files they ask for.
logging.getLogger("asyncssh").setLevel(logging.CRITICAL)


@asynccontextmanager
async def serving(world: World, listener: socket.socket) -> AsyncIterator[None]:
    """Serve the drop folder on `listener` while the block runs; whoever is connected at its end is cut off."""
    with world.reading() as db:
        username, password = need(db, "ura_sftp_username"), need(db, "ura_sftp_password")
    guests: set[asyncssh.SSHServerConnection] = set()
    acceptor = await asyncssh.listen(
        sock=listener,
        server_host_keys=[str(world.home.sftp_key)],
        server_factory=lambda: _Login(username, password, guests),
        sftp_factory=lambda channel: _DropFolder(channel, os.fsencode(world.home.drop)),
        agent_forwarding=False,
        gss_host=None,
    )
    try:
        yield
    finally:
        acceptor.close()
        for guest in tuple(guests):
            guest.abort()


class _Login(asyncssh.SSHServer):
    """One login, by password only."""

    def __init__(self, username: str, password: str, guests: set[asyncssh.SSHServerConnection]) -> None:
        self._username, self._password, self._guests = username, password, guests
        self._connection: asyncssh.SSHServerConnection | None = None

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connection = conn
        self._guests.add(conn)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._connection is not None:
            self._guests.discard(self._connection)

    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        known = same(username, self._username)
        return same(password, self._password) and known


class _DropFolder(asyncssh.SFTPServer):
    """Lists and reads. Every request that would change something is refused, whatever the files' own rights."""

    def __init__(self, channel: asyncssh.SSHServerChannel[bytes], folder: bytes) -> None:
        super().__init__(channel, chroot=folder)
        self._folder = os.path.realpath(folder)

    def map_path(self, path: bytes) -> bytes:
        """Where `path` lies. A link that leads out of the folder leads nowhere."""
        found = super().map_path(path)
        if os.path.commonpath([self._folder, os.path.realpath(found)]) != self._folder:
            raise asyncssh.SFTPNoSuchFile("No such file")
        return found

    def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> Any:
        if pflags != asyncssh.FXF_READ:
            _refuse()
        return super().open(path, pflags, attrs)

    def _refuse(self, *_: object) -> None:
        _refuse()

    open56 = write = setstat = lsetstat = fsetstat = _refuse  # type: ignore[assignment]
    remove = mkdir = rmdir = rename = posix_rename = symlink = link = _refuse  # type: ignore[assignment]
    lock = unlock = fsync = _refuse  # type: ignore[assignment]


def _refuse() -> None:
    raise asyncssh.SFTPPermissionDenied("The folder is read only")
