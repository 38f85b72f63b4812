"""A real redis-server that dies, hangs, refuses, evicts and forgets; none of it loses or mixes up an answer."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from uuid import UUID

import pytest
import redis.exceptions

from streamer_app.core.errors import QueueUnavailableError
from streamer_app.store.queue import Claim, Entry, StaleGenerationError, StreamerQueue
from streamer_app.store.queue_redis import RedisEngine, translated
from tests.redis_servers import RedisServer

STREAMER = UUID("7d3a4b52-0000-4000-8000-00000000beef")
GENERATION = "g"
SECRET = "horse-battery"


def entry(number: int) -> Entry:
    return Entry(UUID(int=number), 1_760_000_000_123_456 + number)


async def build(queue: StreamerQueue, *waiting: Entry) -> None:
    await queue.rebuild(GENERATION, epoch=1, counter=0, paused=False, waiting=waiting, held=())


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - another process' state: nothing here could set an event
            await asyncio.sleep(0.01)


async def tour(queue: StreamerQueue) -> None:
    """Run every script at least once, to its successful end."""
    await build(queue, entry(1))
    assert await queue.enqueue(GENERATION, entry(2)) == "added"
    first = (await queue.enqueue_and_claim(GENERATION, entry(3), 1)).claim
    assert first is not None
    assert await queue.put_back(GENERATION, first.epoch, first.counter)
    second = await queue.claim(GENERATION, 1)
    assert isinstance(second, Claim)
    assert await queue.complete(GENERATION, second.epoch, second.counter)
    assert await queue.hold(GENERATION, UUID(int=2))
    assert await queue.approve(GENERATION, UUID(int=2))
    assert await queue.remove(GENERATION, UUID(int=2)) == entry(2)
    await queue.set_paused(GENERATION, paused=True)
    assert (await queue.view(GENERATION, 5)).waiting == (entry(3),)
    await queue.set_paused(GENERATION, paused=False)
    assert await queue.rerank(GENERATION, [(7, UUID(int=3))]) == 1
    assert (await queue.view(GENERATION, 2)).waiting == (Entry(UUID(int=3), 7),)
    third = await queue.claim(GENERATION, 1)
    assert isinstance(third, Claim)
    assert await queue.set_aside(GENERATION, 1, third.counter, 9)
    assert await queue.remove_many(GENERATION, [UUID(int=3)]) == 1
    assert await queue.occupy(GENERATION, Claim(UUID(int=4), 4, "first", 1, third.counter + 1))
    assert (await queue.complete_and_claim(GENERATION, 1, third.counter + 1)).why == "empty"
    await queue.enqueue(GENERATION, entry(3))


@asynccontextmanager
async def engine_on(url: str, seconds: float = 2.0) -> AsyncIterator[RedisEngine]:
    engine = RedisEngine(url, timeout_seconds=seconds)
    try:
        yield engine
    finally:
        await engine.close()


@pytest.fixture
def own_server() -> Iterator[RedisServer]:
    """A server that a test may spoil."""
    server = RedisServer.start()
    yield server
    server.stop()


class ReplyGate:
    """Stands between engine and server; while it is shut, replies wait in it."""

    def __init__(self, server: RedisServer, folder: Path) -> None:
        self.opened, self.holding = asyncio.Event(), asyncio.Event()
        self.opened.set()
        self.connections = 0
        self._target, self._path = server.folder / "redis.sock", folder / "gate.sock"
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        return f"unix://{self._path}"

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[ReplyGate]:
        server = await asyncio.start_unix_server(self._accept, self._path)
        try:
            yield self
        finally:
            self.opened.set()
            server.close()
            await server.wait_closed()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        replies, commands = await asyncio.open_unix_connection(self._target)
        for pump in (self._pump(reader, commands), self._pump(replies, writer, gated=True)):
            task = asyncio.create_task(pump)
            self._tasks.add(task)

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, gated: bool = False) -> None:
        try:
            while data := await source.read(65536):
                if gated and not self.opened.is_set():
                    self.holding.set()
                    await self.opened.wait()
                sink.write(data)
        finally:
            sink.close()
            with suppress(ConnectionError):
                await sink.wait_closed()


@pytest.mark.usefixtures("redis_url")
async def test_a_cancelled_caller_leaves_the_next_one_its_own_reply(redis_server: RedisServer, tmp_path: Path) -> None:
    async with ReplyGate(redis_server, tmp_path).serving() as gate, engine_on(gate.url) as engine:
        queue = StreamerQueue(engine, STREAMER)
        await build(queue)
        gate.opened.clear()
        cancelled = asyncio.create_task(queue.enqueue(GENERATION, entry(1)))
        await gate.holding.wait()
        cancelled.cancel()
        with pytest.raises(asyncio.CancelledError):
            await cancelled
        following = asyncio.create_task(queue.view(GENERATION, 5))
        gate.opened.set()
        assert (await following).waiting == (entry(1),)
        assert await queue.enqueue(GENERATION, entry(1)) == "present"
        assert gate.connections == 1


@pytest.mark.usefixtures("redis_url")
async def test_a_timed_out_command_drops_its_connection_and_its_late_reply(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    async with ReplyGate(redis_server, tmp_path).serving() as gate, engine_on(gate.url, 0.25) as engine:
        queue = StreamerQueue(engine, STREAMER)
        await build(queue)
        assert await queue.claim(GENERATION, 1) == "empty"
        await queue.enqueue(GENERATION, entry(1))
        gate.opened.clear()
        with pytest.raises(QueueUnavailableError, match="cannot be reached"):
            await queue.claim(GENERATION, 1)
        gate.opened.set()
        lost = (await queue.view(GENERATION, 5)).stage
        assert lost == Claim(UUID(int=1), entry(1).rank, "first", 1, 1)
        assert await queue.complete(GENERATION, lost.epoch, lost.counter)
        assert gate.connections == 2


@pytest.mark.usefixtures("redis_url")
async def test_waiting_for_a_turn_does_not_outlast_the_time_limit(redis_server: RedisServer, tmp_path: Path) -> None:
    async with ReplyGate(redis_server, tmp_path).serving() as gate, engine_on(gate.url, 0.25) as engine:
        queue = StreamerQueue(engine, STREAMER)
        await build(queue)
        gate.opened.clear()
        began = asyncio.get_running_loop().time()
        answers = await asyncio.gather(
            *(queue.enqueue(GENERATION, entry(number)) for number in range(20)), return_exceptions=True
        )
        assert all(isinstance(answer, QueueUnavailableError) for answer in answers)
        assert asyncio.get_running_loop().time() - began < 1.5
        gate.opened.set()
        assert await queue.enqueue(GENERATION, entry(30)) == "added"


async def test_flushall_is_noticed_and_the_queue_rebuilt(redis_server: RedisServer, redis_url: str) -> None:
    async with engine_on(redis_url) as engine:
        queue = StreamerQueue(engine, STREAMER)
        await build(queue, entry(1))
        with redis_server.client() as client:
            client.flushall()
        with pytest.raises(StaleGenerationError):
            await queue.claim(GENERATION, 1)
        await tour(queue)


async def test_flushall_during_a_rebuild_is_noticed(redis_server: RedisServer, redis_url: str) -> None:
    def flushed_on_the_way() -> Iterator[Entry]:
        yield from map(entry, range(600))
        with redis_server.client() as client:
            client.flushall()
        yield from map(entry, range(600, 1200))

    async with engine_on(redis_url) as engine:
        queue = StreamerQueue(engine, STREAMER)
        await build(queue)
        with pytest.raises(StaleGenerationError):
            await queue.rebuild("y", epoch=1, counter=0, paused=False, waiting=flushed_on_the_way(), held=())
        with pytest.raises(StaleGenerationError):
            await queue.view("y", 5)


@pytest.mark.parametrize("part", ["kind", "flags"])
async def test_a_lost_part_is_noticed_before_it_matters(redis_server: RedisServer, redis_url: str, part: str) -> None:
    async with engine_on(redis_url) as engine:
        queue = StreamerQueue(engine, STREAMER)
        await build(queue, entry(1))
        with redis_server.client() as client:
            client.delete(f"{{s:{STREAMER}}}:{part}")
        for _ in range(2):
            with pytest.raises(StaleGenerationError):
                await queue.claim(GENERATION, 1)


async def test_forgotten_scripts_are_sent_again(redis_server: RedisServer, redis_url: str) -> None:
    async with engine_on(redis_url) as engine:
        queue = StreamerQueue(engine, STREAMER)
        await tour(queue)
        with redis_server.client() as client:
            client.script_flush()
        await tour(queue)


async def test_a_restarted_server_is_unavailable_then_empty_then_rebuilt(own_server: RedisServer) -> None:
    async with engine_on(own_server.url) as engine:
        queue = StreamerQueue(engine, STREAMER)
        await build(queue, entry(1))
        own_server.kill()
        for _ in range(3):
            with pytest.raises(QueueUnavailableError, match="cannot be reached"):
                await queue.claim(GENERATION, 1)
        own_server.restart()
        with pytest.raises(StaleGenerationError):
            await queue.claim(GENERATION, 1)
        await tour(queue)


async def test_a_closed_engine_refuses_work(redis_url: str) -> None:
    async with engine_on(redis_url) as engine:
        await engine.close()
        with pytest.raises(QueueUnavailableError, match="closed"):
            await engine.run("claim", (), ())


async def test_a_login_limited_to_one_streamer_runs_everything_of_that_one_only(own_server: RedisServer) -> None:
    with own_server.client() as client:
        client.execute_command(
            *("ACL", "SETUSER", "one", "on", f">{SECRET}", f"~{{s:{STREAMER}}}:*", "+@all", "-@admin", "-@dangerous")
        )
    url = f"unix://one:{SECRET}@{own_server.folder}/redis.sock"
    async with engine_on(url) as engine:
        await tour(StreamerQueue(engine, STREAMER))
        with pytest.raises(QueueUnavailableError, match="does not let this login"):
            await build(StreamerQueue(engine, UUID(int=5)))
        warning = await engine.check()
        assert warning is not None
        assert "does not tell" in warning


async def test_the_login_that_the_readme_gives_a_studio_is_enough_and_hears_of_eviction(
    own_server: RedisServer,
) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    line = next(line for line in readme.splitlines() if line.startswith("ACL SETUSER studio"))
    words = line.replace("PASSWORD", SECRET).replace("STREAMER", str(STREAMER)).split()
    with own_server.client() as client:
        client.execute_command(*words)
    async with engine_on(f"unix://studio:{SECRET}@{own_server.folder}/redis.sock") as engine:
        await tour(StreamerQueue(engine, STREAMER))
        assert await engine.check() is None
        with pytest.raises(QueueUnavailableError, match="does not let this login"):
            await build(StreamerQueue(engine, UUID(int=5)))


async def test_every_script_stays_in_one_slot_of_a_cluster(tmp_path: Path) -> None:
    server = RedisServer.start("--cluster-enabled", "yes", "--cluster-config-file", str(tmp_path / "nodes.conf"))
    try:
        with server.client() as client:
            client.execute_command("CLUSTER", "ADDSLOTSRANGE", 0, 16383)
            await until(lambda: b"cluster_state:ok" in client.execute_command("CLUSTER", "INFO"))
        async with engine_on(server.url) as engine:
            await tour(StreamerQueue(engine, STREAMER))
    finally:
        server.stop()


async def test_an_evicting_server_is_warned_about(own_server: RedisServer) -> None:
    async with engine_on(own_server.url) as engine:
        assert await engine.check() is None
        with own_server.client() as client:
            client.config_set("maxmemory-policy", "allkeys-lru")
        warning = await engine.check()
        assert warning is not None
        assert "noeviction (now allkeys-lru)" in warning


@pytest.mark.parametrize(
    ("command", "title"),
    [
        (("CONFIG", "SET", "maxmemory", "1"), "out of memory"),
        (("REPLICAOF", "127.0.0.1", "1"), "replica"),
        (("CONFIG", "SET", "requirepass", SECRET), "refuses the login"),
        (("CONFIG", "SET", "min-replicas-to-write", "2"), "takes no writes"),
    ],
)
async def test_what_the_server_refuses_is_said_with_a_remedy(
    own_server: RedisServer, command: tuple[str, ...], title: str
) -> None:
    with own_server.client() as client:
        client.execute_command(*command)
    async with engine_on(own_server.url) as engine:
        with pytest.raises(QueueUnavailableError, match=title) as caught:
            await build(StreamerQueue(engine, STREAMER), entry(1))
        assert caught.value.remedy


@pytest.mark.parametrize(
    ("error", "title"),
    [
        (redis.exceptions.BusyLoadingError("Redis is loading the dataset in memory"), "loading"),
        (redis.exceptions.ResponseError("MISCONF Redis is configured to save RDB snapshots"), "takes no writes"),
        (redis.exceptions.ResponseError("BUSY Redis is busy running a script."), "busy"),
        (redis.exceptions.ResponseError("Error running script: @user_script: 1: -READONLY You can't"), "replica"),
        (redis.exceptions.MovedError("3999 127.0.0.1:6381"), "cluster"),
        (redis.exceptions.InvalidResponse("HTTP/1.1 400 Bad Request"), "cannot be reached"),
        (ConnectionResetError(), "cannot be reached"),
        (TimeoutError(), "cannot be reached"),
    ],
)
def test_driver_errors_are_translated(error: Exception, title: str) -> None:
    mended = translated(error, "Redis at x:1")
    assert mended is not None
    assert title in mended.title
    assert "{" not in mended.title


def test_a_broken_script_is_our_bug() -> None:
    assert translated(redis.exceptions.ResponseError("WRONGTYPE Operation against a TASK key"), "x") is None


@pytest.mark.parametrize(
    "url",
    [
        f"redis://one:{SECRET}@127.0.0.1:1/0",
        f"redis://:{SECRET}@nowhere.invalid:6379",
        f"unix://one:{SECRET}@/nowhere/redis.sock",
        f"unix:///nowhere/redis.sock?password={SECRET}",
        f"rediss://one:{SECRET}@127.0.0.1:1/0",
    ],
)
async def test_an_unreachable_server_is_said_without_its_password(url: str) -> None:
    async with engine_on(url) as engine:
        with pytest.raises(QueueUnavailableError, match="cannot be reached") as caught:
            await build(StreamerQueue(engine, STREAMER))
    assert SECRET not in "".join(traceback.format_exception(caught.value)) + repr(engine)


async def test_a_refused_login_is_said_without_its_password(own_server: RedisServer) -> None:
    async with engine_on(f"unix://one:{SECRET}@{own_server.folder}/redis.sock") as engine:
        with pytest.raises(QueueUnavailableError, match="refuses the login") as caught:
            await engine.check()
    assert SECRET not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    "url",
    [
        f"http://one:{SECRET}@host",
        SECRET,
        f"redis://one:12#{SECRET}@host:6379",
        f"redis://one:12/{SECRET}@host:6379",
        f"redis://one:12?{SECRET}@host:6379",
        f"redis://one:{SECRET}",
        f"redis://one:x@host:{SECRET}",
        f"redis://one:x@host/0?db={SECRET}",
        f"redis://[{SECRET}",
    ],
)
def test_an_address_that_cannot_be_read_is_refused_without_being_shown(url: str) -> None:
    with pytest.raises(QueueUnavailableError, match="cannot be read") as caught:
        RedisEngine(url)
    assert SECRET not in "".join(traceback.format_exception(caught.value))
