"""One process that serves the systems on loopback until it is told to end."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import click
import uvicorn
from starlette.types import ASGIApp

from sandbox import sftp, tls
from sandbox.app import TOKEN_SECONDS, Doors, build, endpoints
from sandbox.errors import SandboxError
from sandbox.home import write_json
from sandbox.webropol.troubles import AS_IT_STANDS, Manners
from sandbox.world import World

GRACE_SECONDS = 3


def serve(world: World, port: int, latency_seconds: float = 0, manners: Manners = AS_IT_STANDS) -> None:
    """Serve until SIGTERM or SIGINT. Raises SandboxError where the port or the world is in use."""
    with (
        world.home.serving(),
        world.kept_open(),
        _listening(port) as plain,
        _listening(0) as encrypted,
        _listening(0) as files,
    ):
        doors = Doors(f"http://{_place(plain)}", f"https://{_place(encrypted)}", files.getsockname()[1])
        known = endpoints(world, doors, os.getpid())
        app = build(world, known, TOKEN_SECONDS, latency_seconds, manners)
        servers = {plain: _server(app, None), encrypted: _server(app, tls.context(world))}

        def stop(_number: int, _frame: FrameType | None) -> None:
            for server in servers.values():
                server.should_exit = True

        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, stop)
        # The sockets listen already, so whoever reads the file can connect at once.
        write_json(world.home.endpoints, known)
        click.echo(f"The systems are served at {doors.url}; where and how to come in: {world.home.endpoints}")
        try:
            # Not uvloop: it does not end while a client holds a TLS connection open.
            with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
                runner.run(_run(world, servers, files))
        finally:
            world.home.endpoints.unlink(missing_ok=True)


class _Server(uvicorn.Server):
    """Leaves the signals alone: they are this process's, and end all of its servers."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Where no request is at work nobody is waited for: a client that idles on TLS would never say goodbye."""
        if not self.server_state.tasks:
            for connection in tuple(self.server_state.connections):
                if connection.transport is not None:
                    connection.transport.abort()
        await super().shutdown(sockets)


async def _run(world: World, servers: dict[socket.socket, _Server], files: socket.socket) -> None:
    async with sftp.serving(world, files):
        await asyncio.gather(*(server.serve(sockets=[listener]) for listener, server in servers.items()))


def _server(app: ASGIApp, context: ssl.SSLContext | None) -> _Server:
    # The access log is off: nothing about a request is written anywhere.
    config = uvicorn.Config(
        app,
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    config.load()
    config.ssl = context  # made by hand, for it chooses its certificate at each handshake
    return _Server(config)


def _listening(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError:
        listener.close()
        raise SandboxError(
            f"the port {port} of 127.0.0.1 is in use or not allowed: give another one by --port"
        ) from None
    listener.listen(128)
    return listener


def _place(listener: socket.socket) -> str:
    return f"127.0.0.1:{listener.getsockname()[1]}"
