"""The queue's engine on a Redis server: one connection, one command at a time, one place that translates its errors."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from itertools import count
from typing import Final, cast
from urllib.parse import urlsplit

from redis.asyncio import ConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import (
    AskError,
    AuthenticationError,
    AuthorizationError,
    BusyLoadingError,
    ClusterDownError,
    MasterDownError,
    MovedError,
    NoPermissionError,
    NoScriptError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    ResponseError,
    TryAgainError,
)
from redis.exceptions import (
    ConnectionError as RedisConnectionError,
)

from streamer_app.core.errors import QueueUnavailableError
from streamer_app.store.queue_engine import closed, decoded, load_script
from streamer_app.store.redis_nodes import Nodes, Wire, Wires, addresses_in

COMMAND_SECONDS = 2.0
_MOST_HOPS: Final = 5

_REMEDIES: tuple[tuple[tuple[type[RedisError], ...], tuple[str, ...], str, str], ...] = (
    (
        (AuthenticationError, AuthorizationError),
        ("NOAUTH", "WRONGPASS"),
        "{place} refuses the login",
        "Check the user name and password in the Redis address.",
    ),
    (
        (NoPermissionError,),
        ("NOPERM",),
        "{place} does not let this login use the queue",
        "Ask whoever runs it to allow scripts on the keys ~{{s:<streamer id>}}:*.",
    ),
    ((BusyLoadingError,), ("LOADING",), "{place} is still loading its data", "Nothing to do: the program tries again."),
    (
        (ReadOnlyError, MasterDownError),
        ("READONLY", "MASTERDOWN"),
        "{place} is a replica that takes no writes",
        "Point the Redis address at the primary server.",
    ),
    (
        (OutOfMemoryError,),
        ("OOM",),
        "{place} is out of memory",
        "Raise its maxmemory, or remove what else is stored there.",
    ),
    (
        (),
        ("MISCONF", "NOREPLICAS"),
        "{place} takes no writes now",
        "It cannot save or replicate its data: whoever runs it finds the reason in its log.",
    ),
    ((), ("BUSY",), "{place} is busy with another program's script", "Nothing to do: the program tries again."),
    (
        (MovedError, AskError, TryAgainError, ClusterDownError),
        ("MOVED", "ASK", "TRYAGAIN", "CLUSTERDOWN"),
        "{place} does not hold this streamer's part of the cluster",
        "Point the Redis address at the cluster node that does, or wait until the cluster is whole.",
    ),
    (
        (RedisConnectionError,),
        (),
        "{place} cannot be reached",
        "Check that Redis runs and that its address is right; the program tries again by itself.",
    ),
)


def translated(error: Exception, place: str) -> QueueUnavailableError | None:
    """What a driver's error means for the streamer; None when it is our bug. Keeps nothing of the driver's words.

    redis-py takes the code that it knows out of an error's text: then its type tells. The code of an error that a
    script met may stand anywhere in the text: servers before 7.0 put theirs in front.
    On a Unix socket redis-py wraps a refused login as a mere connection error: its cause says more.
    """
    if isinstance(error, (TimeoutError, OSError)):
        error = RedisConnectionError()
    if isinstance(error.__cause__, RedisError):
        error = error.__cause__
    text = str(error)
    for types, codes, title, remedy in _REMEDIES:
        if isinstance(error, types) or any(re.search(rf"\b{code}\b", text) for code in codes):
            return QueueUnavailableError(title.format(place=place), remedy.format())
    return None if isinstance(error, ResponseError) else translated(RedisConnectionError(), place)


def _open(url: str, user_hint: str) -> tuple[Wires, str]:
    """Parse the address; returns where connections come from and how to call the place without any secret.

    A `/`, `?` or `#` in a password that is not percent-encoded ends the host part early, and what stands before it
    would be taken for a port: such an address is refused before anything of it can be shown.
    """
    refusal = QueueUnavailableError("The Redis address cannot be read", user_hint)
    try:
        parts = urlsplit(url)
        if "@" in parts.path + parts.query + parts.fragment:
            raise refusal
        wires = cast(
            "Wires",
            ConnectionPool.from_url(
                url,
                max_connections=1,
                protocol=2,
                retry=Retry(NoBackoff(), 0),
                socket_timeout=None,
                socket_connect_timeout=COMMAND_SECONDS,
                client_name="streamer-app-queue",
            ),
        )
    except (ValueError, TypeError):
        raise refusal from None
    if parts.scheme == "unix":
        return wires, f"Redis at {wires.connection_kwargs.get('path', '')}"
    host, port = wires.connection_kwargs.get("host", "localhost"), wires.connection_kwargs.get("port", 6379)
    return wires, f"Redis at {host}:{port}"


class RedisEngine:
    """The queue on a Redis server, over one connection of its own that is opened when first needed.

    Every command runs in a task of its own, shielded: a caller that is cancelled leaves its reply to be read by that
    task, so the next command never gets it. Whatever goes wrong between sending and reading drops the connection, and
    so does a server that refuses for what it has become: behind an address there may be another one by now.
    Nothing is retried here, because a claim whose answer was lost has happened all the same.
    """

    def __init__(self, url: str, *, timeout_seconds: float = COMMAND_SECONDS) -> None:
        """Take an address, `redis://`, `rediss://` or `unix://`; no connection is made yet.

        `timeout_seconds` is the whole time of one command: waiting for its turn, connecting, sending, reading.
        Raises `QueueUnavailableError` for an address that cannot be read.
        """
        wires, self._place = _open(url, "It looks like redis://user:password@host:6379/0; encode / ? # @ in it.")
        self._nodes = Nodes(wires)
        self._timeout_seconds = timeout_seconds
        self._wire: Wire | None = None
        self._turn = asyncio.Lock()
        self._in_flight: set[asyncio.Task[object]] = set()
        self._answered: set[str] = set()
        self._closed = False

    async def run(self, script: str, keys: Sequence[str], args: Sequence[str]) -> list[str]:
        """See `Engine`."""
        program, rest = load_script(script), (str(len(keys)), *keys, *args)
        commands = ("EVALSHA", program.sha, *rest), ("EVAL", program.source, *rest)
        return decoded(await self._shielded(*commands, queue=keys[0] if keys else ""))

    async def check(self) -> str | None:
        """See `Engine`. A server that evicts keys under memory pressure can lose what waits without a trace."""
        try:
            facts = decoded([await self._shielded(("INFO", "memory"))])[0]
        except (QueueUnavailableError, ResponseError) as error:
            if isinstance(error.__cause__ or error, ResponseError):
                return f"{self._place} does not tell its maxmemory-policy: make sure that it is noeviction."
            raise
        policy = next(
            (line.partition(":")[2] for line in facts.split("\r\n") if line.startswith("maxmemory_policy:")), ""
        )
        if policy == "noeviction":
            return None
        return f"{self._place} may throw away queued messages: set its maxmemory-policy to noeviction (now {policy})."

    async def close(self) -> None:
        """See `Engine`. Waits no longer than one command may take."""
        self._closed = True
        if self._in_flight:
            await asyncio.wait(self._in_flight)
        await self._drop()

    async def _shielded(self, *commands: Sequence[str], queue: str = "") -> object:
        """Run `_exchange` in its own task and translate what the driver raises."""
        if self._closed:
            raise closed()
        task = asyncio.create_task(self._exchange(commands, queue), name="queue command")
        self._in_flight.add(task)
        task.add_done_callback(self._settled)
        try:
            return await asyncio.shield(task)
        except (RedisError, OSError) as error:
            mended = translated(error, self._place)
            if mended is None:
                raise
            raise mended from error

    def _settled(self, task: asyncio.Task[object]) -> None:
        """Look at the outcome of a command whose caller may be gone: then nobody else does, and none is owed."""
        self._in_flight.discard(task)
        if not task.cancelled():
            task.exception()

    async def _exchange(self, commands: Sequence[Sequence[str]], queue: str) -> object:
        """Send the first command and read its own reply, the next one only where a script was not known.

        A cluster's node that does not hold the streamer's slot names the one that does: it did nothing, so that one is
        asked. Not so when it had held this queue until now: replication is late, what the other knows may be older
        than what was answered, and whoever asks must hear of it. Leaves the connection clean or gone.
        """
        async with asyncio.timeout(self._timeout_seconds), self._turn:
            for hop in count():
                wire = await self._connected()
                try:
                    reply = await _first_known(wire, commands)
                except MovedError as moved:
                    await self._drop()
                    self._nodes.follow(moved.host, moved.port)
                    if hop == _MOST_HOPS or queue in self._answered:
                        self._answered.discard(queue)
                        raise
                except ResponseError as error:
                    if translated(error, self._place) is not None:
                        await self._drop()
                    if isinstance(error, ClusterDownError):
                        self._nodes.leave()
                    raise
                except BaseException:
                    await self._drop()
                    self._nodes.leave()
                    raise
                else:
                    self._answered.add(queue)
                    return reply
            raise AssertionError

    async def _connected(self) -> Wire:
        """The connection; a new one to the first node that can be reached. Nothing was sent on it yet."""
        while self._wire is None:
            wire = self._nodes.make_connection()
            try:
                await wire.connect()
                await self._ask_for_nodes(wire)
            except (RedisConnectionError, OSError):
                await wire.disconnect(nowait=True)
                if not self._nodes.leave():
                    raise
            except BaseException:
                self._nodes.leave()
                await wire.disconnect(nowait=True)
                raise
            else:
                self._wire = wire
        return self._wire

    async def _ask_for_nodes(self, wire: Wire) -> None:
        """A server that is no cluster, or does not tell this login, refuses: then there are no others."""
        await wire.send_command("CLUSTER", "SLOTS")
        try:
            self._nodes.learn(addresses_in(await wire.read_response()))
        except ResponseError:
            return

    async def _drop(self) -> None:
        """Forget the connection, and with it every reply that may still come."""
        wire, self._wire = self._wire, None
        if wire is not None:
            await wire.disconnect(nowait=True)


async def _first_known(wire: Wire, commands: Sequence[Sequence[str]]) -> object:
    for command in commands[:-1]:
        await wire.send_command(*command)
        try:
            return await wire.read_response()
        except NoScriptError:
            continue
    await wire.send_command(*commands[-1])
    return await wire.read_response()
