"""The keeper: a small process that stops the server some time after its last client left.

It may be killed at any time: the server goes on, and the next `ensure_running` starts another keeper. It never starts
a server. Whatever it decides for good (stop, or leave because the server is gone) it decides under the home's lock.
"""

from __future__ import annotations

import logging
import select
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from streamer_app.core.errors import ActionableError

from . import bounded_log, probe
from .credentials import read_credentials
from .file_lock import FileLock
from .home import home_of
from .place import find_place
from .processes import is_postgres_in
from .server import stop_proven
from .sockets import read_endpoint

if TYPE_CHECKING:
    from .home import Home
    from .place import Place
    from .probe import Use, type_of_connection

_log = logging.getLogger(__name__)
_BIRTH_SECONDS = 2.0
_LONGEST_POLL = 5.0
_SHORTEST_POLL = 0.05


class Keeper:
    """One look after the other at the server of one data folder."""

    def __init__(self, home: Home, idle_seconds: float) -> None:
        self._home = home
        self._idle_seconds = idle_seconds
        self._connection: type_of_connection | None = None
        self._place: Place | None = None
        self._seen: tuple[Use, int] | None = None
        self._busy_at = time.monotonic()
        self._silent = False

    def run(self) -> None:
        """Watch until the server has been stopped or is gone."""
        while self._home.folder.is_dir():
            bounded_log.bound(self._home.server_log)
            bounded_log.bound(self._home.keeper_log)
            idle_left = self._idle_left()
            if idle_left is None or idle_left <= 0:
                with FileLock(self._home.lock).hold():
                    if self._is_over():
                        return
                idle_left = self._idle_seconds
            self._pause(min(max(idle_left, _SHORTEST_POLL), _LONGEST_POLL))
        self._abandon()

    def _abandon(self) -> None:
        """Stop the server of a data folder that was deleted: nobody can find it any more."""
        if self._connection is not None and self._place is not None:
            stop_proven(self._home, self._place, self._connection)

    def _idle_left(self) -> float | None:
        """Return the seconds until the server may stop; None when it does not answer."""
        use = self._use()
        if use is None:
            return None
        seen = (use, self._home.used_at())
        if use.clients or seen != self._seen:
            self._busy_at = time.monotonic()
        self._seen = seen
        return self._busy_at + self._idle_seconds - time.monotonic()

    def _is_over(self) -> bool:
        """Decide under the lock: stop an idle server, leave when there is none; nobody starts or joins meanwhile."""
        idle_left = self._idle_left()
        if idle_left is not None and idle_left > 0:
            return False
        place = find_place(self._home)
        if place is None:
            return True
        if idle_left is None or self._connection is None:
            pid = place.written_pid()
            return pid is None or is_postgres_in(pid, place.cluster) is False
        connection, self._connection = self._connection, None
        stopped = stop_proven(self._home, place, connection)
        _log.info(
            "stopped after %.0f idle seconds" if stopped else "did not stop after %.0f idle seconds", self._idle_seconds
        )
        return stopped

    def _use(self) -> Use | None:
        try:
            if self._connection is None:
                self._connection = self._connect()
            return None if self._connection is None else probe.use_of(self._connection)
        except psycopg.Error as error:
            if not self._silent:
                _log.info("the server does not answer: %s", str(error).splitlines()[:1])
            self._silent = True
            if self._connection is not None:
                self._connection.close()
            self._connection = None
            return None

    def _connect(self) -> type_of_connection | None:
        place, credentials = find_place(self._home), read_credentials(self._home.credentials)
        endpoint = read_endpoint(self._home.endpoint)
        if place is None or credentials is None or endpoint is None:
            return None
        connection = probe.connect(endpoint, credentials, probe.KEEPER_NAME)
        if probe.reads_our_cluster(connection, place):
            self._place, self._silent = place, False
            return connection
        connection.close()
        return None

    def _pause(self, seconds: float) -> None:
        """Sleep, but wake at once when the server closes our connection."""
        if self._connection is None:
            time.sleep(min(seconds, 0.5))
        else:
            select.select([self._connection.fileno()], [], [], seconds)


def main(arguments: list[str]) -> int:
    """Keep the server of a data folder; `arguments` as `launch.keeper_command` makes them. 0 also when one lives."""
    home, idle_seconds = home_of(Path(arguments[0])), float(arguments[1])
    logging.basicConfig(level=logging.INFO, format="%(asctime)s [%(process)d] %(message)s")
    lock = FileLock.inherited(home.keeper_lock, int(arguments[2])) if arguments[2:] else FileLock(home.keeper_lock)
    try:
        if arguments[2:] or lock.acquire(_BIRTH_SECONDS):
            Keeper(home, idle_seconds).run()
    except FileNotFoundError:
        _log.info("the data folder is gone")
    except ActionableError as error:
        _log.error("%s", error.title)
        return 1
    finally:
        lock.release()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
