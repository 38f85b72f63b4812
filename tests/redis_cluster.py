"""A throw-away Redis Cluster: three masters, and a replica of each where a test wants a fail-over."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from redis.crc import key_slot

from tests.redis_servers import RedisServer

_SECONDS = 20.0
_SLOTS = 16384
_BUS = 10_000
"""A node talks to the others on a port so much higher than its own."""


def _free_port() -> int:
    while True:
        with socket.socket() as plain, socket.socket() as bus:
            plain.bind(("127.0.0.1", 0))
            port: int = plain.getsockname()[1]
            if port + _BUS >= 1 << 16:
                port -= _BUS + port % 1000
            try:
                bus.bind(("127.0.0.1", port + _BUS))
            except OSError:
                continue
            return port


def _started(options: tuple[str, ...]) -> RedisServer:
    """A node; another program may take the port between our look and its start."""
    for _ in range(9):
        try:
            return RedisServer.start(*options, port=_free_port())
        except RuntimeError:
            continue
    return RedisServer.start(*options, port=_free_port())


def _until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _SECONDS
    while not true():
        if time.monotonic() > deadline:
            raise RuntimeError("the cluster did not become whole")
        time.sleep(0.02)


@dataclass
class RedisCluster:
    """`masters` hold a third of the slots each; `replicas` follow them in this order, where there are any."""

    masters: list[RedisServer]
    replicas: list[RedisServer]

    @classmethod
    def start(cls, *, replicated: bool = False) -> RedisCluster:
        """Start it; returns when every node says that it is whole."""
        count = 6 if replicated else 3
        options = (
            *("--cluster-enabled", "yes", "--cluster-node-timeout", "500", "--cluster-config-file", "nodes.conf"),
            *("--repl-diskless-sync-delay", "0"),
        )
        nodes = [_started(options) for _ in range(count)]
        made = cls(nodes[:3], nodes[3:])
        for place, master in enumerate(made.masters):
            first, last = place * _SLOTS // 3, (place + 1) * _SLOTS // 3 - 1
            with master.client() as client:
                client.execute_command("CLUSTER", "ADDSLOTSRANGE", first, last)
                client.execute_command("CLUSTER", "SET-CONFIG-EPOCH", place + 1)
        for node in nodes[1:]:
            with nodes[0].client() as client:
                client.execute_command("CLUSTER", "MEET", "127.0.0.1", node.port)
        for node in nodes:
            _until(lambda node=node: made._knows_all(node, count))  # type: ignore[misc]
        for master, replica in zip(made.masters, made.replicas, strict=False):
            with master.client() as client:
                identity = client.execute_command("CLUSTER", "MYID").decode()
            with replica.client() as client:
                client.execute_command("CLUSTER", "REPLICATE", identity)
                _until(lambda client=client: client.info("replication")["master_link_status"] == "up")  # type: ignore[misc]
        for node in nodes:
            _until(lambda node=node: made.is_whole(node))  # type: ignore[misc]
        return made

    @staticmethod
    def _knows_all(node: RedisServer, count: int) -> bool:
        with node.client() as client:
            return f"cluster_known_nodes:{count}" in client.execute_command("CLUSTER", "INFO").decode()

    @staticmethod
    def is_whole(node: RedisServer) -> bool:
        """Whether a node takes commands for all slots."""
        with node.client() as client:
            return "cluster_state:ok" in client.execute_command("CLUSTER", "INFO").decode()

    def url(self, node: RedisServer) -> str:
        """A node's address over TCP."""
        return f"redis://127.0.0.1:{node.port}"

    def holder_of(self, key: str) -> int:
        """The place of the master that this key's slot was given to."""
        slot: int = key_slot(key.encode())
        return next(place for place in range(3) if slot < (place + 1) * _SLOTS // 3)

    def empty(self) -> None:
        """Forget every key."""
        for master in self.masters:
            with master.client() as client:
                client.flushall()

    def take_over(self, place: int) -> None:
        """Kill a master, and let its replica take its place; returns when the others know."""
        self.masters[place].kill()
        with self.replicas[place].client() as client:
            client.execute_command("CLUSTER", "FAILOVER", "TAKEOVER")
        for node in (node for node in (*self.masters, *self.replicas) if node.process.poll() is None):
            _until(lambda node=node: self.is_whole(node))  # type: ignore[misc]

    def stop(self) -> None:
        """End all of it."""
        for node in (*self.masters, *self.replicas):
            node.stop()


@pytest.fixture(scope="session")
def redis_cluster() -> Iterator[RedisCluster]:
    """The session's cluster of three masters."""
    cluster = RedisCluster.start()
    yield cluster
    cluster.stop()


@pytest.fixture
def cluster_url(redis_cluster: RedisCluster) -> str:
    """The address of a node that does not hold the tests' streamer: it has to say who does."""
    redis_cluster.empty()
    holder = redis_cluster.holder_of("{s:7d3a4b52-0000-4000-8000-00000000beef}:gen")
    return redis_cluster.url(redis_cluster.masters[(holder + 1) % 3])
