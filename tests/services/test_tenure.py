"""One studio runs a streamer's queue: whoever was frozen past its lease finishes and decides nothing any more."""

from __future__ import annotations

import pytest

from streamer_app.core.commands import Hold, Pause, SkipCurrent, TakeOver
from streamer_app.core.errors import ActionableError, CommandRefusedError, Reason
from streamer_app.store.queue_engine import EmbeddedEngine, Engine
from streamer_app.store.queue_redis import RedisEngine
from tests.overlay.doubles import finished, started
from tests.postgres_servers import MigratedDatabase
from tests.redis_servers import RedisServer
from tests.services.theatre import Theatre, theatre


@pytest.fixture(params=["queues in process", "one redis"])
def engines(request: pytest.FixtureRequest, redis_server: RedisServer) -> tuple[Engine, Engine]:
    """The queues of two studios."""
    if request.param == "one redis":
        return RedisEngine(redis_server.url), RedisEngine(redis_server.url)
    return EmbeddedEngine(), EmbeddedEngine()


async def thaw(stage: Theatre) -> None:
    """What a studio that was stopped does first: it reports and decides as if nothing had happened."""
    run = stage.shown()[-1]
    stage.seconds.pass_ms(run.timing.on_stage_ms + 10)
    stage.hub.receive("page-one", finished(run))
    await stage.settle()


async def test_a_thawed_studio_cannot_finish_anothers_run(
    migrated_database_18: MigratedDatabase, engines: tuple[Engine, Engine]
) -> None:
    old, new = engines
    async with theatre(migrated_database_18, old, holder="old") as frozen:
        first = await frozen.donates("Ani")
        second = await frozen.donates("Budi")
        await frozen.starts()
        frozen.rows("UPDATE streamer_app.leases SET expires_at = now() - interval '1 second' RETURNING epoch")
        async with theatre(migrated_database_18, new, holder="new", streamer=frozen.streamer) as other:
            await other.settle()
            assert other.playing == first
            other.hub.receive("page-one", started(other.shown()[-1]))
            await other.settle()
            await thaw(frozen)
            assert frozen.played_at(first) is None, "its run was ended by the studio that took over"
            with pytest.raises(ActionableError):
                await frozen.do(Hold(donation_message_id=second))
            assert other.playing == first
            await other.plays()
            assert other.played_at(first) is not None
            assert await other.plays() == second
            assert [run[:2] for run in other.runs(first)] == [("first", "interrupted"), ("first", "played")]
        assert frozen.facts(second) == []
    await old.close()
    await new.close()


async def test_a_lease_that_ran_out_while_it_stood_still_is_renewed_before_anything_is_dropped(
    migrated_database_18: MigratedDatabase, engines: tuple[Engine, Engine]
) -> None:
    engine, unused = engines
    async with theatre(migrated_database_18, engine) as stage:
        messages = [await stage.donates(name) for name in ("Ani", "Budi", "Citra")]
        epoch = stage.show.held_lease().epoch
        stage.rows("UPDATE streamer_app.leases SET expires_at = now() - interval '1 minute' RETURNING epoch")
        assert await stage.plays() == messages[0]
        assert stage.playing == messages[1], "in its turn, and not by the slow reconcile"
        assert stage.show.held_lease().epoch == epoch
        assert [await stage.plays() for _ in range(2)] == messages[1:]
    await engine.close()
    await unused.close()


async def test_a_stranger_stands_by_names_the_holder_and_takes_over_when_told(
    migrated_database_18: MigratedDatabase, engines: tuple[Engine, Engine]
) -> None:
    one, two = engines
    async with theatre(migrated_database_18, one, holder="desk") as desk:
        first = await desk.donates("Ani")
        async with theatre(migrated_database_18, two, holder="laptop", streamer=desk.streamer) as laptop:
            for action in (Pause(), SkipCurrent()):
                with pytest.raises(CommandRefusedError) as refused:
                    await laptop.do(action)
                assert refused.value.reason is Reason.HELD_ELSEWHERE
                assert refused.value.facts == {"holder": "desk"}
            assert (await laptop.do(TakeOver())).donation_message_id is None
            assert laptop.playing == first
            with pytest.raises(CommandRefusedError) as again:
                await laptop.do(TakeOver())
            assert again.value.reason is Reason.HELD_HERE
            with pytest.raises(ActionableError) as late:
                await desk.do(Pause())
            assert late.value.reason is Reason.HELD_ELSEWHERE
            assert await laptop.plays() == first
    await one.close()
    await two.close()
