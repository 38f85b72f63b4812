"""Both engines of the queue, for shows in one process."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from streamer_app.store.queue_engine import EmbeddedEngine, Engine
from streamer_app.store.queue_redis import RedisEngine
from tests.redis_servers import RedisServer


@pytest.fixture(params=["embedded", "redis"])
async def engine(request: pytest.FixtureRequest, redis_server: RedisServer) -> AsyncIterator[Engine]:
    """The queue in process, and on a Redis server."""
    made: Engine = EmbeddedEngine() if request.param == "embedded" else RedisEngine(redis_server.url)
    yield made
    await made.close()


@pytest.fixture
async def one_engine() -> AsyncIterator[Engine]:
    """The queue in process, for what does not depend on the engine."""
    made = EmbeddedEngine()
    yield made
    await made.close()
