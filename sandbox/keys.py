"""The keys of one world, made with it: the SFTP server's host key, a certificate authority, a server's certificate.

The authority's own key is thrown away when it has signed: nobody can sign with it again.
"""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

from sandbox.home import Home, replacing

if TYPE_CHECKING:
    import trustme

HOSTS = ("127.0.0.1", "localhost")


def make(home: Home) -> None:
    """Write the keys and certificates of a new world, each readable by its owner only."""
    import trustme
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    authority = trustme.CA()
    key = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    for path, content in (
        (home.sftp_key, key),
        (home.authority, authority.cert_pem.bytes()),
        (home.certificate, authority.issue_cert(*HOSTS).private_key_and_cert_chain_pem.bytes()),
    ):
        with replacing(path) as draft:
            draft.write_bytes(content)


def host_key_line(home: Home) -> str:
    """The public half of the SFTP server's key, as known_hosts has it: `ssh-ed25519 AAAA…`."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_ssh_private_key

    key = load_ssh_private_key(home.sftp_key.read_bytes(), password=None)
    return key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()


def trusted_context(home: Home) -> ssl.SSLContext:
    """What a server shows whom the world's authority vouches for."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(home.certificate)
    return context


def untrusted_context() -> ssl.SSLContext:
    """The same names in a certificate of an authority that nobody knows."""
    import trustme

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    stranger: trustme.LeafCert = trustme.CA().issue_cert(*HOSTS)
    stranger.configure_cert(context)
    return context
