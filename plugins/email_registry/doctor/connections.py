"""Check the connections that the policy names: they exist, have the right type and fields, and an allowed host."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import sqlalchemy as sa

from email_registry.boundaries.hosts import require_allowed_host
from email_registry.boundaries.web import Door
from email_registry.doctor.findings import CheckFailed, cured_by
from email_registry.errors import ConfigurationError
from email_registry.settings import Connection, connection, environment, policy
from email_registry.settings.policy import FileWay, ODataWay, Source, ViewWay, Way

NEEDS = "docs/vendors.md says what each connection needs"
HOSTS = "add the host to the policy's allowed_hosts if it is right, else correct the connection"


def of_sources() -> dict[str, type[Way]]:
    """Return the connections that the nights read by: id -> the type of the way."""
    return {way.connection: type(way) for source in policy().sources.values() if (way := chosen(source))}


def chosen(source: Source) -> Way:
    """Return the way that the nights use."""
    return source.ways[source.way]


def named() -> Iterator[tuple[str, Callable[[], str]]]:
    """Yield every connection that is used, with its check. A way that no night uses is left out."""
    known = policy()
    for name, way in of_sources().items():
        yield name, partial(_of_way, name, way)
    yield known.webropol.connection, lambda: _web(_connection_of(known.webropol.connection, "http"))
    if known.files is not None:
        files = known.files.connection
        yield files, lambda: _folder(_connection_of(files, "fs"))
    if known.mail is not None:
        mail = known.mail.connection
        yield mail, lambda: _mail(_connection_of(mail, "smtp"))


def check_named() -> str:
    """Check that the connections of the sources exist. It is quick, because it reads only the file."""
    names = of_sources()
    for name in names:
        _connection_of(name)
    return ", ".join(names)


def _connection_of(name: str, *kinds: str) -> Connection:
    """Return the connection. CheckFailed when it is missing, or has none of the given types."""
    file = environment().secrets / "connections.json"
    failure: CheckFailed | None = None
    try:
        access = connection(name)
    except ConfigurationError as error:
        failure = CheckFailed(error.message.partition(";")[0], f"add it; {NEEDS}")
    if failure is not None:
        raise failure
    if kinds and access.kind not in kinds:
        raise CheckFailed(f"its conn_type is not {' or '.join(kinds)}", f"correct {name} in {file}; {NEEDS}")
    return access


def _of_way(name: str, way: type[Way]) -> str:
    if issubclass(way, FileWay):
        access = _connection_of(name, "fs", "sftp")
        return _sftp(access) if access.kind == "sftp" else _folder(access)
    if issubclass(way, ViewWay):
        return _view(_connection_of(name, "generic"))
    access = _connection_of(name, "http")
    assert issubclass(way, ODataWay)  # noqa: S101  there are only three types of ways
    detail = _web(access)
    _required(access, "scope")
    with cured_by(HOSTS):
        Door(f"{name}: token_url", _required(access, "token_url"))
    return detail


def _required(access: Connection, key: str) -> str:
    with cured_by(f"correct {access.id} in {environment().secrets / 'connections.json'}; {NEEDS}"):
        return access.require(key)


def _with_login(access: Connection, *, key_file: bool = False) -> Connection:
    key = access.extra.get("key_file") if key_file else None
    if not access.login or not (access.password or key):
        raise CheckFailed("it has no login or no password", f"add them to {access.id} in connections.json; {NEEDS}")
    if key and not Path(str(key)).is_file():
        raise CheckFailed(
            "extra.key_file is not there", f"put the key there, or correct {access.id} in connections.json"
        )
    return access


def _with_authority(access: Connection) -> Connection:
    file = access.extra.get("ca_file")
    if file and not Path(str(file)).is_file():
        raise CheckFailed("extra.ca_file is not there", f"put it there, or correct {access.id} in connections.json")
    return access


def _folder(access: Connection) -> str:
    return f"the folder {_required(access, 'folder')}"


def _sftp(access: Connection) -> str:
    _with_login(access, key_file=True)
    _required(access, "host_key")
    with cured_by(HOSTS):
        require_allowed_host(access.id, access.host)
    return f"SFTP at {access.host}, with a login"


def _view(access: Connection) -> str:
    try:
        url: sa.URL | None = sa.make_url(_required(access, "url"))
    except sa.exc.ArgumentError:
        url = None
    if url is None or not url.host:
        raise CheckFailed("extra.url is no database URL", f"correct {access.id} in connections.json; {NEEDS}")
    if not url.username:
        raise CheckFailed("extra.url has no login", f"correct {access.id} in connections.json; {NEEDS}")
    with cured_by(HOSTS):
        require_allowed_host(access.id, url.host)
    return f"{url.get_backend_name()} at {url.host}"


def _web(access: Connection) -> str:
    _with_authority(_with_login(access))
    with cured_by(f"{HOSTS}; a web address begins with https://"):
        Door(access.id, access.host)
    return "http, with a login"


def _mail(access: Connection) -> str:
    _required(access, "from_email")
    _with_authority(access)
    with cured_by(HOSTS):
        require_allowed_host(access.id, access.host)
    return f"{'with' if access.login else 'without'} a login"
