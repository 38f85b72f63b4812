"""Starting processes that outlive us, and proving which process is ours before anything is sent to it."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .account import Account

# Runs the command as an orphan and prints its pid. As our child it would stay a zombie after its end, and PostgreSQL
# takes a zombie whose pid stands in postmaster.pid for a running server.
_ORPHAN = '"$@" >&2 & echo "$!"'

# Windows knows no zombies: there the child stays a child, and its handle is kept for as long as we live.
_children: list[subprocess.Popen[bytes]] = []

_PASSED_ON = (
    "PATH",
    "HOME",
    "TMPDIR",
    "TEMP",
    "TMP",
    "SYSTEMROOT",
    "WINDIR",
    "SYSTEMDRIVE",
    "USERPROFILE",
    "APPDATA",
    "LOCALAPPDATA",
)
_PAUSE = 0.02


@dataclass(frozen=True)
class Launched:
    """A detached process; `process` is only known on Windows."""

    pid: int
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def is_running(self) -> bool:
        """Whether it still runs."""
        return self.process.poll() is None if self.process is not None else is_alive(self.pid)


def server_environment(**extra: str) -> dict[str, str]:
    """Return an environment for PostgreSQL's programs: no PG* variable, no secret of ours, English messages."""
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return {**kept, "LC_ALL": "C", "LANG": "C", **extra}


def as_account(account: Account | None) -> dict[str, Any]:
    """Return the `subprocess` arguments that make root step down to `account`."""
    return {} if account is None else {"user": account.uid, "group": account.gid, "extra_groups": []}


def launch_detached(
    command: Sequence[str],
    output: int,
    environment: Mapping[str, str],
    account: Account | None = None,
    inherited: Sequence[int] = (),
) -> Launched:
    """Start `command` in a session of its own, its stdout and stderr going to the descriptor `output`.

    Beside it the process gets the descriptors `inherited` (not on Windows). It keeps none of the caller's pipes, so a
    caller's `communicate()` ends with the caller.
    """
    if sys.platform == "win32":
        flags = subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP
        child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=dict(environment), creationflags=flags
        )
        _children.append(child)
        return Launched(child.pid, child)
    shell = subprocess.run(
        ["/bin/sh", "-c", _ORPHAN, "sh", *command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=output,
        env=dict(environment),
        cwd="/",
        umask=0o077,
        pass_fds=inherited,
        start_new_session=True,
        check=True,
        **as_account(account),
    )
    return Launched(int(shell.stdout))


def is_alive(pid: int) -> bool:
    """Whether a process with this pid runs; one that ended and was not yet collected does not count."""
    if sys.platform == "win32" or pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not _is_zombie(pid)


def is_postgres_in(pid: int, cluster_folder: Path) -> bool | None:
    """Whether the live process `pid` is a PostgreSQL process of this cluster; None when the system does not tell.

    The postmaster and all its children run the program `postgres` with the cluster as working directory.
    """
    if not is_alive(pid):
        return False
    proc = Path("/proc") / str(pid)
    if sys.platform != "linux" or not proc.exists():
        return None if "postgres" in _command_of(pid) else False
    try:
        program = Path(str((proc / "exe").readlink()).removesuffix(" (deleted)")).name
        return program == "postgres" and (proc / "cwd").samefile(cluster_folder)
    except FileNotFoundError:
        return False
    except PermissionError:
        return None


def _command_of(pid: int) -> str:
    """Return the program's name as `ps` tells it; 'postgres' (nothing proven) when it does not."""
    if sys.platform == "win32":
        return "postgres"
    told = subprocess.run(["/bin/ps", "-o", "comm=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return told.stdout if told.returncode == 0 else "postgres"


def _is_zombie(pid: int) -> bool:
    try:
        state = (Path("/proc") / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return state.rpartition(")")[2].split()[:1] in (["Z"], ["X"])


class Grip:
    """A hold on one process proven ours: a pid that is reused meanwhile is never hit (where the system has pidfds)."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._descriptor: int | None = None
        if sys.platform == "linux":
            with contextlib.suppress(OSError):
                self._descriptor = os.pidfd_open(pid)

    def interrupt(self) -> None:
        """Send SIGINT: a fast shutdown, when the process is a postmaster."""
        self._send(signal.SIGINT)

    def quit(self) -> None:
        """Send SIGQUIT: an immediate shutdown, repaired from the write-ahead log at the next start."""
        self._send(signal.SIGQUIT)

    def _send(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            if sys.platform == "linux" and self._descriptor is not None:
                signal.pidfd_send_signal(self._descriptor, number)
            else:
                os.kill(self.pid, number)

    def wait_gone(self, seconds: float) -> bool:
        """Wait until the process has ended; False when it had not in time."""
        if sys.platform == "linux" and self._descriptor is not None:
            poll = select.poll()
            poll.register(self._descriptor, select.POLLIN)
            return bool(poll.poll(seconds * 1000))
        deadline = time.monotonic() + seconds
        while is_alive(self.pid):
            if time.monotonic() >= deadline:
                return False
            time.sleep(_PAUSE)
        return True

    def close(self) -> None:
        """Let go."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
