"""TLS: the certificate that is shown is chosen at each handshake, in the way the night tells (place `tls`)."""

from __future__ import annotations

import ssl

from sandbox import keys
from sandbox.faults import switches
from sandbox.world import World, meta


def context(world: World) -> ssl.SSLContext:
    """A server's side of TLS that shows the right certificate, or in mode `untrusted` one that nobody vouches for."""
    right, wrong = keys.trusted_context(world.home), keys.untrusted_context()

    def choose(connection: ssl.SSLSocket | ssl.SSLObject, _name: str | None, _context: ssl.SSLContext) -> None:
        with world.reading() as db:
            mode = switches(meta(db, "fault")).mode("tls")
        connection.context = wrong if mode == "untrusted" else right

    # Called for every handshake, for one without a server's name (an address such as 127.0.0.1) too.
    right.sni_callback = choose
    return right
