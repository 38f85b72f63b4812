"""Where a streamer's queue lies: one Redis server, or whichever node of a Redis Cluster holds its slot at the moment.

Any node's address will do to begin with. A node that does not hold the slot names the one that does, and is followed;
when a node is gone, the others it told of are asked. A node is told nothing but a login it would accept.
"""

from __future__ import annotations

from typing import Any, Final, Protocol, cast

from redis.asyncio import ConnectionPool, SSLConnection
from redis.asyncio.connection import Connection, UnixDomainSocketConnection

MOST_NODES: Final = 64
"""Addresses that are remembered."""

Address = tuple[str, int]


class Wire(Protocol):
    """The methods of redis-py's asynchronous connection we rely on: it has no annotations for some."""

    async def connect(self) -> None:
        """Open it, and log in."""

    async def send_command(self, *args: str) -> None:
        """Send one command."""

    async def read_response(self) -> object:
        """The next reply. Raises what the server refused with."""

    async def disconnect(self, nowait: bool = ...) -> None:  # noqa: FBT001 - redis-py's signature
        """Close it, and forget replies that may still come."""


class Wires(Protocol):
    """Where connections come from."""

    connection_class: type
    connection_kwargs: dict[str, object]

    def make_connection(self) -> Wire:
        """One more, not opened yet."""


class Nodes:
    """The address that was given, and what the cluster behind it has told."""

    def __init__(self, given: Wires) -> None:
        self._given = given
        self._here = given
        self._others: list[Address] = []
        self._tried = 0

    def make_connection(self) -> Wire:
        """A connection to the node that is asked next."""
        return self._here.make_connection()

    def follow(self, host: str, port: int) -> None:
        """A node says that another one holds the slot. Without a name it is another port of the same host."""
        host = host if host not in {"", "?"} else str(self._here.connection_kwargs.get("host", "127.0.0.1"))
        self.learn([(host, port)])
        self._here = self._elsewhere((host, port))

    def learn(self, told: list[Address]) -> None:
        """More nodes to ask when this one is gone."""
        self._tried = 0
        fresh = [address for address in told if address not in self._others]
        self._others = [*self._others, *fresh][-MOST_NODES:]

    def leave(self) -> bool:
        """The node cannot be reached: ask the next one. False when all were tried, and it is the given one's turn."""
        here = (self._here.connection_kwargs.get("host"), self._here.connection_kwargs.get("port"))
        while self._tried < len(self._others):
            address = self._others[self._tried]
            self._tried += 1
            if address != here:
                self._here = self._elsewhere(address)
                return True
        self._tried, self._here = 0, self._given
        return False

    def _elsewhere(self, address: Address) -> Wires:
        known: dict[str, Any] = dict(self._given.connection_kwargs)
        known.pop("path", None)
        known |= {"host": address[0], "port": address[1]}
        on_socket = issubclass(self._given.connection_class, UnixDomainSocketConnection)
        plain: type[Connection | SSLConnection] = Connection if on_socket else self._given.connection_class
        return cast("Wires", ConnectionPool(connection_class=plain, max_connections=1, **known))


def addresses_in(slots: object) -> list[Address]:
    """The nodes in the answer to CLUSTER SLOTS: rows of two slots and then nodes, each a host, a port and more."""
    rows = slots if isinstance(slots, list) else []
    nodes = [node for row in rows if isinstance(row, list) for node in row[2:] if isinstance(node, list)]
    named = [node for node in nodes if isinstance(node[0], bytes) and node[0] not in {b"", b"?"}]
    return list(dict.fromkeys((node[0].decode(), int(node[1])) for node in named))
