"""The other doors: URA's drop folder by SFTP, and everything once more by TLS."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncssh
import pytest
import requests

from tests.sandbox.outside import SECONDS, Outside

Work = Callable[[asyncssh.SFTPClient], Awaitable[Any]]


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outside]:
    """A world of its own, whose drop folder holds links that lead out of it."""
    outside = Outside(tmp_path_factory.mktemp("doors"))
    outside.run("create", "--addresses", "200", "--date", "2026-11-23")
    (outside.home / "drop" / "file").symlink_to(outside.home / "world.sqlite")
    (outside.home / "drop" / "up").symlink_to("..")
    (outside.home / "drop" / "good").symlink_to("ura_persons_2026-11-23.csv")
    with outside.served():
        yield outside


def sftp(outside: Outside, work: Work, **changes: Any) -> Any:
    """What `work` finds in a session of its own."""
    access = outside.endpoints["ura"]["sftp"] | changes
    known = asyncssh.import_known_hosts(f"[{access['host']}]:{access['port']} {access['host_key']}")

    async def session() -> Any:
        async with (
            asyncssh.connect(
                access["host"],
                access["port"],
                username=access["username"],
                password=access["password"],
                known_hosts=known,
                client_keys=None,
                config=None,
            ) as connection,
            connection.start_sftp_client() as client,
        ):
            return await work(client)

    return asyncio.run(asyncio.wait_for(session(), SECONDS))


async def content(client: asyncssh.SFTPClient, name: str) -> Any:
    async with client.open(name, "rb") as file:
        return await file.read()


def test_the_drop_folder_is_there_by_sftp_byte_for_byte(doors: Outside) -> None:
    drop = doors.home / "drop"
    names = set(sftp(doors, lambda client: client.listdir("/")))
    assert {name for name in names if name.endswith((".csv", ".done"))} == {path.name for path in drop.glob("*_*")}
    name = "ura_persons_2026-11-23.csv"
    for path in (f"/{name}", name, f"/../{name}", "good"):
        same = sftp(doors, lambda client, path=path: content(client, path)) == (drop / name).read_bytes()
        assert same


@pytest.mark.parametrize(
    "work",
    [
        lambda client: content(client, "/../world.sqlite"),
        lambda client: content(client, "/file"),
        lambda client: content(client, "/up/endpoints.json"),
        lambda client: client.stat("/up/endpoints.json"),
        lambda client: client.listdir("/up"),
        lambda client: client.readlink("/up"),
    ],
)
def test_nothing_beside_the_drop_folder_is_shown(doors: Outside, work: Work) -> None:
    with pytest.raises(asyncssh.SFTPNoSuchFile):
        sftp(doors, work)


NAME = "/ura_persons_2026-11-23.csv"


@pytest.mark.parametrize(
    "work",
    [
        lambda client: client.open("/new", "wb"),
        lambda client: client.open(NAME, "ab"),
        lambda client: client.open(NAME, "r+b"),
        lambda client: client.remove(NAME),
        lambda client: client.rename(NAME, "/other"),
        lambda client: client.posix_rename(NAME, "/other"),
        lambda client: client.mkdir("/folder"),
        lambda client: client.rmdir("/"),
        lambda client: client.symlink("/", "/link"),
        lambda client: client.link(NAME, "/link"),
        lambda client: client.chmod(NAME, 0o777),
        lambda client: client.truncate(NAME, 0),
    ],
)
def test_nothing_can_be_changed(doors: Outside, work: Work) -> None:
    with pytest.raises(asyncssh.SFTPPermissionDenied):
        sftp(doors, work)


@pytest.mark.parametrize("changes", [{"password": "x"}, {"username": "x"}, {"password": ""}])
def test_only_the_login_comes_in(doors: Outside, changes: dict[str, str]) -> None:
    with pytest.raises(asyncssh.PermissionDenied):
        sftp(doors, lambda client: client.listdir("/"), **changes)


def test_the_host_key_is_the_worlds_own(doors: Outside) -> None:
    assert doors.endpoints["ura"]["sftp"]["host_key"].startswith("ssh-ed25519 ")
    for name in ("sftp_host_key", "server.pem", "ca.pem"):
        assert (doors.home / name).stat().st_mode & 0o077 == 0
    stranger = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().strip()
    with pytest.raises(asyncssh.HostKeyNotVerifiable):
        sftp(doors, lambda client: client.listdir("/"), host_key=stranger)


def test_open_sessions_do_not_keep_the_server_from_ending_and_nothing_is_said_of_them(tmp_path: Path) -> None:
    outside = Outside(tmp_path)
    outside.run("create", "--addresses", "50")
    outside.serve()

    async def stay(client: asyncssh.SFTPClient) -> tuple[int, str, str]:
        await client.listdir("/")
        return await asyncio.to_thread(outside.stop)

    with secure(outside) as (session, root):
        assert session.get(root + "accounts", timeout=SECONDS).status_code == 200  # and the connection stays open
        code, output, errors = sftp(outside, stay)
    assert (code, output.count("\n"), errors) == (0, 1, "")


@contextmanager
def secure(outside: Outside, host: str = "127.0.0.1") -> Iterator[tuple[requests.Session, str]]:
    """A session that trusts the world's authority and has a token, and the API's root."""
    known = outside.endpoints["kasvucrm"]
    form = {
        "grant_type": "client_credentials",
        "client_id": known["client_id"],
        "client_secret": known["client_secret"],
        "scope": known["tls_scope"],
    }
    with requests.Session() as session:
        session.trust_env = False  # a bundle that the environment names would come before `verify`
        session.verify = outside.endpoints["ca_file"]
        answer = session.post(known["tls_token_url"], data=form, timeout=SECONDS)
        session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        yield session, known["tls_environment"].replace("127.0.0.1", host) + "/api/data/v9.2/"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_over_tls_the_same_is_said_and_links_stay_where_they_were(doors: Outside, host: str) -> None:
    with secure(doors, host) as (session, root):
        first = session.get(root + "accounts", headers={"Prefer": "odata.maxpagesize=5"}, timeout=SECONDS).json()
        assert first["@odata.nextLink"].startswith(root)
        assert first["@odata.context"].startswith(root)
        assert session.get(first["@odata.nextLink"], timeout=SECONDS).status_code == 200
    plain = doors.odata("accounts", {"Prefer": "odata.maxpagesize=5"}).json()
    assert (plain["value"] == first["value"]) is True
    assert plain["@odata.nextLink"].startswith(doors.endpoints["kasvucrm"]["environment"])


def test_without_the_worlds_authority_nobody_trusts_it(doors: Outside) -> None:
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(doors.endpoints["kasvucrm"]["tls_environment"], timeout=SECONDS)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])  # without and with a server's name in the handshake
def test_kasvucrm_bad_certificate(doors: Outside, host: str) -> None:
    with secure(doors, host) as (session, root):
        doors.run("advance", "--fault", "kasvucrm-bad-certificate")
        session.close()  # the certificate is shown once a connection
        with pytest.raises(requests.exceptions.SSLError, match="CERTIFICATE_VERIFY_FAILED"):
            session.get(root + "accounts", timeout=SECONDS)
        doors.run("advance")
        assert session.get(root + "accounts", timeout=SECONDS).status_code == 200
    assert doors.odata("accounts").status_code == 200
