"""Making a new cluster: complete under its final name, or not there at all."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from streamer_app.core.errors import ActionableError

from . import troubles
from .credentials import APP_LOGIN, DATABASE, OWNER_LOGIN, Credentials
from .probe import MAINTENANCE_DATABASE
from .processes import as_account, server_environment

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from .binaries import Binaries
    from .home import Home
    from .place import Place

_DRAFT = "cluster.making"
_LONGEST_SECONDS = 300

_INITDB = (
    f"--username={OWNER_LOGIN}",
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-instructions",
    "--no-sync",
)


def create(home: Home, place: Place, binaries: Binaries, credentials: Credentials) -> None:
    """Make the cluster with both logins and the database, then give it its name; an earlier half is removed.

    Everything is brought to the disk once, before the name: a power cut leaves a whole cluster or none.
    """
    for left in place.folder.glob(f"{_DRAFT}-*"):
        shutil.rmtree(left, ignore_errors=True)
    draft = place.folder / f"{_DRAFT}-{secrets.token_hex(4)}"
    try:
        draft.mkdir(mode=0o700)
        password_file = draft / "password"
        _write_private(password_file, credentials.owner_password)
        if place.account is not None:
            for path in (password_file, draft):
                os.chown(path, place.account.uid, place.account.gid)
        made = draft / "made"
        initdb = binaries.program("initdb")
        _run([initdb, f"--pgdata={made}", f"--pwfile={password_file}", *_INITDB], home, place)
        single = [str(binaries.program("postgres")), "--single", "-D", str(made), *_QUIET, MAINTENANCE_DATABASE]
        _run(single, home, place, _first_statements(credentials))
        _run([initdb, f"--pgdata={made}", "--sync-only"], home, place)
        made.rename(place.cluster)
        _sync_folder(place.folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def refuse_other_version(place: Place, binaries: Binaries) -> None:
    """Refuse a cluster of another major version of PostgreSQL; it is not touched."""
    found = (place.cluster / "PG_VERSION").read_text(encoding="utf-8").strip()
    ours = binaries.major()
    if found != str(ours):
        raise ActionableError(
            f"The database here was made by PostgreSQL {found}, and this program comes with PostgreSQL {ours}",
            "Nothing was changed. Use the program that made it, or restore a backup into a new data folder.",
        )


# The statements carry a password: none of them may be repeated in a message.
_QUIET = (
    "-c",
    "exit_on_error=on",
    "-c",
    "fsync=off",
    "-c",
    "log_min_error_statement=panic",
    "-c",
    "log_min_messages=error",
)


def _first_statements(credentials: Credentials) -> str:
    """Return one statement a line, as the single-user server reads them; the password is URL-safe base64."""
    rights = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"
    return (
        f"CREATE ROLE {APP_LOGIN} {rights} PASSWORD '{credentials.app_password}'\n"
        f"CREATE DATABASE {DATABASE} OWNER {OWNER_LOGIN}\n"
    )


def _run(command: Sequence[str | Path], home: Home, place: Place, statements: str = "") -> None:
    try:
        done = subprocess.run(
            [str(part) for part in command],
            input=statements.encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=server_environment(),
            cwd=None if sys.platform == "win32" else "/",
            timeout=_LONGEST_SECONDS,
            check=False,
            **as_account(place.account),
        )
    except subprocess.TimeoutExpired as error:
        raise troubles.from_program_output(
            home.data_folder, place.folder, "error: it took too long", "created"
        ) from error
    if done.returncode != 0:
        output = done.stdout.decode(errors="replace")
        raise troubles.from_program_output(home.data_folder, place.folder, output, "created")


def _write_private(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)


def _sync_folder(folder: Path) -> None:
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
