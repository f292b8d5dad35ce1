"""An embedded PostgreSQL 17 or newer: one cluster, three databases, loopback by TCP with passwords.

    server = Postgres(home).start()      # a running one is taken as it is
    server.registry_url                  # postgresql+psycopg2://registry_app:…@127.0.0.1:port/registry
    Postgres(home).stop()

Under `home`: postgres/ (data and server.log; a link into /var/tmp where the server's user may not
enter `home`) and secrets/postgres.json (the passwords and the last port).
"""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg2
from psycopg2 import sql

from local.binaries import Binaries, find_binaries, reachable
from local.cluster_files import (
    HBA,
    LOOPBACK,
    configuration,
    free_port,
    port_is_free,
    postmaster,
    private_folder,
    write_private,
)
from local.cluster_secrets import DATABASES, SUPERUSER, ClusterSecrets, load
from local.errors import LocalError
from local.unprivileged import User, make_elsewhere, server_user

START_SECONDS = 60


@dataclass(frozen=True)
class Server:
    """A running embedded server: where it listens and how to sign in."""

    port: int
    log: Path
    passwords: dict[str, str] = field(repr=False)

    def url(self, login: str, database: str) -> str:
        """An SQLAlchemy URL, password included."""
        return f"postgresql+psycopg2://{login}:{self.passwords[login]}@{LOOPBACK}:{self.port}/{database}"

    @property
    def airflow_url(self) -> str:
        return self.url("airflow", "airflow")

    @property
    def registry_url(self) -> str:
        return self.url("registry_app", "registry")

    @property
    def registry_admin_url(self) -> str:
        return self.url(SUPERUSER, "registry")

    @property
    def ura_url(self) -> str:
        return self.url("sandbox_ura", "ura")

    @contextlib.contextmanager
    def superuser(self, database: str = "postgres") -> Iterator[psycopg2.extensions.cursor]:
        """A cursor of the superuser, each statement committed by itself."""
        connection = psycopg2.connect(
            host=LOOPBACK, port=self.port, user=SUPERUSER, password=self.passwords[SUPERUSER], dbname=database
        )
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                yield cursor
        finally:
            connection.close()


class Postgres:
    """The server of one `home`. `fast` (for tests) is safe against a kill, not against a power cut."""

    def __init__(self, home: Path, *, fast: bool = False, binaries: Binaries | None = None) -> None:
        self.home = home
        self.fast = fast
        self.folder = home / "postgres"
        self.secrets = home / "secrets" / "postgres.json"
        self._binaries = binaries

    @property
    def data(self) -> Path:
        return self.folder.resolve() / "data"

    @property
    def log(self) -> Path:
        return self.folder.resolve() / "server.log"

    def status(self) -> Server | None:
        """The running server, or None."""
        running = postmaster(self.data)
        if running is None or not running.ready:
            return None
        return Server(running.port, self.log, load(self.secrets, data_exists=True).passwords)

    def start(self) -> Server:
        """Make the cluster if there is none, start it if it is not running, and make its databases.

        Raises LocalError with one line where that cannot be done.
        """
        user = server_user()
        binaries = self._reachable(user)
        self._place(user)
        saved = load(self.secrets, data_exists=self._has_data())
        port = self._wait_ready()
        if port is None:
            if self._has_data():
                self._check_version(binaries)
            else:
                self._initialise(user, binaries, saved)
            port = self._launch(user, binaries, saved.port)
        saved.remember(port)
        server = Server(port, self.log, saved.passwords)
        _prepare(server)
        return server

    def stop(self) -> bool:
        """Shut down in order, connections cut. False where nothing was running."""
        return self._end("fast")

    def kill(self) -> bool:
        """End at once, as a crash does: the next start recovers, unlogged tables are emptied."""
        return self._end("immediate")

    def _reachable(self, user: User) -> Binaries:
        return reachable(self._binaries or find_binaries(), user, self.home)

    def _has_data(self) -> bool:
        return (self.data / "PG_VERSION").exists()

    def _place(self, user: User) -> None:
        """Give the server's user a folder it can reach: ours, else a link to one under /var/tmp."""
        if self.folder.is_symlink() and not self.folder.exists():
            self.folder.unlink()  # its target was cleaned away
        if not self.folder.exists():
            self.home.mkdir(parents=True, exist_ok=True)
            if user.can_enter(self.home):
                private_folder(self.folder)
            else:
                target = private_folder(make_elsewhere(self.home) / "postgres")
                self.folder.symlink_to(target, target_is_directory=True)
        user.own(self.folder.resolve())
        if not user.can_enter(self.folder.resolve()):
            raise LocalError(
                f"PostgreSQL's user {user.name} may no longer enter {self.folder}: "
                f"move it back, or remove {self.folder} to begin anew"
            )

    def _wait_ready(self) -> int | None:
        """Return the port of a running server, after waiting for one that another process starts or stops.

        None without one.
        """
        deadline = time.monotonic() + START_SECONDS
        while (running := postmaster(self.data)) is not None:
            if running.ready:
                return running.port
            if time.monotonic() > deadline:
                raise LocalError(f"PostgreSQL (pid {running.pid}) does not become ready: see {self.log}")
            time.sleep(0.1)
        return None

    def _initialise(self, user: User, binaries: Binaries, saved: ClusterSecrets) -> None:
        beside = self.data.with_name("data.new")  # renamed at the end: half a cluster is never taken for one
        shutil.rmtree(beside, ignore_errors=True)
        password = self.data.with_name("password")
        write_private(password, saved.passwords[SUPERUSER])
        user.own(password)
        # The builtin C.UTF-8 sorts by code point and is the same on every machine; ICU is not in these builds.
        options: list[str | Path] = ["-A", "scram-sha-256", "-E", "UTF8", "--locale=C", "--locale-provider=builtin"]
        options += ["--builtin-locale=C.UTF-8", "--no-instructions", *(["--no-sync"] if self.fast else [])]
        try:
            made = user.run([binaries.path("initdb"), "-D", beside, "-U", SUPERUSER, f"--pwfile={password}", *options])
        finally:
            password.unlink()
        if made.returncode != 0:
            write_private(self.log, made.stdout + made.stderr)
            raise LocalError(f"PostgreSQL's initdb failed: see {self.log}")
        beside.rename(self.data)

    def _check_version(self, binaries: Binaries) -> None:
        made_by = (self.data / "PG_VERSION").read_text().strip()
        if made_by != binaries.version.split(".")[0]:
            raise LocalError(
                f"{self.data} was made by PostgreSQL {made_by}, but {binaries.version} is installed now: "
                "install that version again, or `make clean` to begin anew"
            )

    def _launch(self, user: User, binaries: Binaries, last_port: int | None) -> int:
        """Start the server on the last port if it is free, or else on another. Returns the port."""
        (self.data / "postmaster.pid").unlink(missing_ok=True)  # nobody runs here: _wait_ready looked
        port = last_port if last_port and port_is_free(last_port) else free_port()
        for _ in range(3):  # somebody may take the port between the look and the start
            for name, text in (("postgresql.conf", configuration(port, fast=self.fast)), ("pg_hba.conf", HBA)):
                write_private(self.data / name, text)
                user.own(self.data / name)
            command: list[str | Path] = [binaries.path("pg_ctl"), "start", "-D", self.data, "-l", self.log]
            started = user.run([*command, "-w", "-s", "-t", str(START_SECONDS)], timeout=START_SECONDS + 30)
            if started.returncode == 0:
                return port
            if port_is_free(port):
                break
            port = free_port()
        raise LocalError(f"PostgreSQL does not start: see {self.log}")

    def _end(self, mode: str) -> bool:
        if postmaster(self.data) is None:
            return False
        user = server_user()
        program = self._reachable(user).path("pg_ctl")
        ended = user.run([program, "stop", "-D", self.data, "-m", mode, "-w", "-s", "-t", str(START_SECONDS)])
        if ended.returncode != 0 and postmaster(self.data) is not None:
            raise LocalError(f"PostgreSQL does not stop: see {self.log}")
        return True


def keep_to_login(cursor: psycopg2.extensions.cursor, database: str, login: str) -> None:
    """Let only its login connect to a database. A clone of a template does not have these rights."""
    name = sql.Identifier(database)
    cursor.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
    cursor.execute(sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(name, sql.Identifier(login)))


def _prepare(server: Server) -> None:
    """Make the logins and databases that are missing."""
    try:
        with server.superuser() as cursor:
            cursor.execute("SELECT rolname FROM pg_roles")
            roles = {name for (name,) in cursor.fetchall()}
            cursor.execute("SELECT datname FROM pg_database")
            databases = {name for (name,) in cursor.fetchall()}
            for database, (login, owns) in DATABASES.items():
                named, logs_in = sql.Identifier(database), sql.Identifier(login)
                if login not in roles:
                    # The sandbox makes the reader of its own SQL view.
                    may = sql.SQL("LOGIN CREATEROLE" if login == "sandbox_ura" else "LOGIN")
                    password = sql.Literal(server.passwords[login])
                    cursor.execute(sql.SQL("CREATE ROLE {} {} PASSWORD {}").format(logs_in, may, password))
                if database not in databases:
                    owner = logs_in if owns else sql.Identifier(SUPERUSER)
                    cursor.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(named, owner))
                if database != "ura":  # the sandbox lets its own readers in
                    keep_to_login(cursor, database, login)
    except psycopg2.Error as error:
        refused = type(error).__name__
    else:
        return
    raise LocalError(f"PostgreSQL on port {server.port} refuses its databases' set-up ({refused}): see {server.log}")
