"""Which account the server runs as. PostgreSQL refuses to run as root, so root lends it an unprivileged one."""

from __future__ import annotations

import os
import stat
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from streamer_app.core.errors import DatabaseUnavailableError

if TYPE_CHECKING:
    from pathlib import Path

if sys.platform != "win32":
    import pwd

_CANDIDATES = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """An unprivileged account that root starts the server as."""

    name: str
    uid: int
    gid: int


def server_account(cluster_folder: Path | None = None) -> Account | None:
    """Return the account for the server; None when this process is not root and the server runs as its own user.

    An existing cluster decides by its owner, so that an account that appears later does not lock us out.
    """
    if sys.platform == "win32" or os.geteuid() != 0:
        return None
    if cluster_folder is not None and cluster_folder.exists():
        owner = cluster_folder.stat()
        if owner.st_uid != 0:
            return Account(account_name(owner.st_uid), owner.st_uid, owner.st_gid)
    known = {entry.pw_name: entry for entry in pwd.getpwall() if entry.pw_uid != 0}
    for name in _CANDIDATES:
        if name in known:
            return Account(name, known[name].pw_uid, known[name].pw_gid)
    raise DatabaseUnavailableError(
        "PostgreSQL does not run as root, and this system has no account named postgres or nobody",
        "Start the program as an ordinary user.",
    )


def account_name(uid: int) -> str:
    """Name an account for a person; its number when it has no name."""
    if sys.platform == "win32":
        return str(uid)
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def may_reach(account: Account, path: Path, wanted: int = stat.S_IXOTH) -> bool:
    """Whether `account` may walk every folder above `path` and has `wanted` (S_IXOTH, S_IROTH) on `path` itself."""
    real = path.resolve()
    return _allows(real, account, wanted) and all(_allows(parent, account, stat.S_IXOTH) for parent in real.parents)


def _allows(path: Path, account: Account, wanted: int) -> bool:
    found = path.stat()
    if found.st_uid == account.uid:
        return bool(found.st_mode & (wanted << 6))
    if found.st_gid == account.gid:
        return bool(found.st_mode & (wanted << 3))
    return bool(found.st_mode & wanted)
