"""The two logins of the embedded server and their passwords.

The one seam for another place to keep them (the keychain of the desktop): nothing else reads or writes the file.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from streamer_app.core.errors import DataFolderError

from . import json_file

if TYPE_CHECKING:
    from pathlib import Path

OWNER_LOGIN = "streamer_owner"
APP_LOGIN = "streamer_app"
DATABASE = "streamer"


@dataclass(frozen=True)
class Credentials:
    """Passwords of the owner (migrations) and of the app login (everything else); kept out of every repr."""

    owner_password: str = field(repr=False)
    app_password: str = field(repr=False)


def read_credentials(path: Path) -> Credentials | None:
    """Return what was stored at `path`, None when nothing was yet."""
    found = json_file.read(path)
    if found is None:
        return None
    owner, app = found.get("owner_password"), found.get("app_password")
    if not isinstance(owner, str) or not isinstance(app, str) or not owner or not app:
        raise DataFolderError(
            f"The file {path} with the passwords of the database is damaged",
            "Bring it back from a backup of the data folder.",
        )
    return Credentials(owner, app)


def create_credentials(path: Path) -> Credentials:
    """Make two random passwords and store them at `path`, readable by its owner only."""
    made = Credentials(secrets.token_urlsafe(32), secrets.token_urlsafe(32))
    json_file.write(path, {"owner_password": made.owner_password, "app_password": made.app_password})
    return made
