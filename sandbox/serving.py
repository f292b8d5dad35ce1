"""One process that serves the systems on loopback until it is told to end."""

from __future__ import annotations

import os
import signal
import socket
from types import FrameType

import click
import uvicorn

from sandbox.app import build, endpoints
from sandbox.errors import SandboxError
from sandbox.home import write_json
from sandbox.world import World

GRACE_SECONDS = 3


def serve(world: World, port: int) -> None:
    """Serve until SIGTERM or SIGINT. Raises SandboxError where the port or the world is in use."""
    with world.home.serving(), world.kept_open(), _listening(port) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        known = endpoints(world, url, os.getpid())
        # The access log is off: nothing about a request is written anywhere.
        config = uvicorn.Config(
            build(world, known),
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
        server = uvicorn.Server(config)
        # uvicorn sends itself the signal once more when it has ended: that must find a handler, or the files stay.
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, _ignore)
        # The socket listens already, so whoever reads the file can connect at once.
        write_json(world.home.endpoints, known)
        click.echo(f"KasvuCRM and Webropol are served at {url}; where and how to come in: {world.home.endpoints}")
        try:
            server.run(sockets=[listener])
        finally:
            world.home.endpoints.unlink(missing_ok=True)


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


def _ignore(_number: int, _frame: FrameType | None) -> None:
    return
