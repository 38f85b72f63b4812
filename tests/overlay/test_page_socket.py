"""The conversation over a real socket: handshake, limits, nonsense, slowness."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import aiohttp
import msgspec
import pytest
from aiohttp import WSMsgType
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streamer_app import __version__
from streamer_app.core.overlay_protocol import (
    MAX_PAGE_MESSAGE_BYTES,
    PROTOCOL_VERSION,
    CloseCode,
    Hello,
    Ping,
    Pong,
    Role,
    SourceActive,
)
from streamer_app.overlay.hub import Hub
from streamer_app.overlay.page_messages import BadMessageError, decode
from streamer_app.overlay.pages import UNANSWERED_PINGS
from tests.overlay.conftest import House, open_house
from tests.overlay.doubles import SETTINGS, Clock, Listener, a_run, finished, identify, progress, started

SHORT = pytest.mark.parametrize("identify_timeout", [0.05])


async def until(true: object, attempts: int = 500) -> None:
    """Let the loop turn until a condition holds: the other side of a socket needs its turns too."""
    assert callable(true)
    for _ in range(attempts):
        if true():
            return
        await asyncio.sleep(0.002)
    pytest.fail("did not happen")


async def test_the_server_speaks_first_and_an_identified_page_learns_its_role(house: House) -> None:
    async with house.page() as page:
        assert await page.hear() == Hello(protocol=PROTOCOL_VERSION, server_version=__version__, asset_version="abc123")
        await page.say(identify("first"))
        assert (await page.hear()).role is Role.SPEAKER


async def test_an_alert_goes_out_is_reported_and_ends(house: House, listener: Listener, clock: Clock) -> None:
    async with house.page() as page, house.page() as mirror:
        await page.enter(identify("first"))
        assert (await mirror.enter(identify("second"))).role is Role.MIRROR
        run = a_run()
        house.hub.show(run)
        assert await page.hear() == run
        assert await mirror.hear() == run
        await mirror.say(started(run))
        await page.say(started(run))
        await page.say(progress(run, 1000))
        await until(lambda: listener.of("progress"))
        clock.pass_ms(5300)
        await page.say(finished(run))
        await until(lambda: listener.of("finished"))
    assert [entry[:2] for entry in listener.heard if entry[0] in {"started", "finished"}] == [
        ("started", "page-first"),
        ("finished", "page-first"),
    ]


async def test_a_lost_speaker_orphans_its_run_and_the_mirror_speaks(house: House, listener: Listener) -> None:
    async with house.page() as mirror:
        async with house.page() as page:
            await page.enter(identify("first"))
            await mirror.enter(identify("second"))
            run = a_run()
            house.hub.show(run)
            await mirror.hear()
        assert (await mirror.hear()).role is Role.SPEAKER
    assert listener.of("orphaned") == [("orphaned", run.run_id, 0)]


@SHORT
async def test_who_does_not_identify_in_time_is_closed(house: House) -> None:
    async with house.page() as page:
        assert await page.closed_with() == CloseCode.NOT_IDENTIFIED


async def test_nothing_else_may_come_before_identify(house: House) -> None:
    for frame in (msgspec.json.encode(SourceActive(active=True, visible=True)).decode(), '{"type":"from.the.future"}'):
        async with house.page() as page:
            await page.socket.send_str(frame)
            assert await page.closed_with() == CloseCode.NOT_IDENTIFIED
    assert house.hub.pages == ()


async def test_another_protocol_is_told_so(house: House) -> None:
    async with house.page() as page:
        await page.say(identify("first", protocol=PROTOCOL_VERSION + 1))
        assert await page.closed_with() == CloseCode.PROTOCOL_MISMATCH


async def test_a_type_that_only_a_newer_page_knows_is_ignored_and_so_are_new_fields(
    house: House, listener: Listener
) -> None:
    async with house.page() as page:
        await page.enter(identify("first"))
        await page.socket.send_str('{"type": "page.dreams", "of": ["sheep"]}')
        await page.socket.send_str('{"type": "source.active", "active": false, "visible": true, "mood": "new"}')
        await until(lambda: listener.heard[-1] == ("speaker", "page-first", False))


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "null",
        "{",
        "[]",
        '{"type": 5}',
        '{"no": "type"}',
        '{"type": "pong"}',
        '{"type": "pong", "n": "one"}',
        '{"type": "alert.finished", "run_id": "x", "fence": {}, "shown_ms": 1, "audible": true}',
        '{"a":' * 2500,
        "[" * 16000,
        '{"type": "pong", "n": 1' + "0" * 5000 + "}",
        '{"type": "pong", "n": "\\ud800"}',
    ],
)
async def test_what_is_no_message_closes_the_page(house: House, frame: str) -> None:
    async with house.page() as page:
        await page.enter(identify("first"))
        await page.socket.send_str(frame)
        assert await page.closed_with() == CloseCode.BAD_MESSAGE


async def test_a_binary_frame_closes_the_page(house: House) -> None:
    async with house.page() as page:
        await page.enter(identify("first"))
        await page.socket.send_bytes(b'{"type": "pong", "n": 1}')
        assert await page.closed_with() == CloseCode.BAD_MESSAGE


async def test_an_oversized_message_closes_the_page(house: House) -> None:
    async with house.page() as page:
        await page.enter(identify("first"))
        await page.socket.send_str(json.dumps({"type": "pong", "n": 1, "pad": "x" * MAX_PAGE_MESSAGE_BYTES}))
        assert await page.closed_with() == aiohttp.WSCloseCode.MESSAGE_TOO_BIG
    await until(lambda: house.hub.pages == ())


@pytest.mark.parametrize(
    "fields",
    [
        {"page_instance": "short"},
        {"page_instance": "x" * 65},
        {"page_instance": "with\u0000nul-in-it"},
        {"page_instance": "pagé-instance"},
        {"obs_version": "9" * 65},
        {"resume": {"run_id": str(uuid4()), "shown_ms": -1, "ended": False}},
    ],
)
def test_an_identity_out_of_bounds_is_refused(fields: dict[str, object]) -> None:
    valid = msgspec.to_builtins(identify("first"))
    decode(json.dumps(valid))
    with pytest.raises(BadMessageError):
        decode(json.dumps(valid | fields))


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("alert.progress", {"shown_ms": -1, "frames": 0, "audio_ms": 0}),
        ("alert.progress", {"shown_ms": 0, "frames": -1, "audio_ms": 0}),
        ("alert.progress", {"shown_ms": 10**15, "frames": 0, "audio_ms": 0}),
        ("alert.finished", {"shown_ms": 10**15, "audible": True}),
        ("alert.failed", {"reason": ""}),
        ("alert.failed", {"reason": "x" * 101}),
        ("alert.failed", {"reason": "two\nlines"}),
    ],
)
def test_a_report_out_of_bounds_is_refused(kind: str, fields: dict[str, object]) -> None:
    report = {"type": kind, "run_id": str(uuid4()), "fence": {"epoch": 1, "counter": 1}}
    with pytest.raises(BadMessageError):
        decode(json.dumps(report | fields))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=12,
)
TYPES = st.sampled_from(["identify", "alert.started", "alert.progress", "alert.finished", "source.active", "pong", "?"])


@settings(max_examples=60)
@given(
    st.text()
    | JSON.map(json.dumps)
    | st.builds(lambda kind, rest: json.dumps({**rest, "type": kind}), TYPES, st.dictionaries(st.text(), JSON))
)
def test_any_text_is_a_message_an_unknown_one_or_refused(text: str) -> None:
    with suppress(BadMessageError):
        decode(text)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(frames=st.lists(st.binary(max_size=200) | JSON.map(json.dumps) | st.text(max_size=200), max_size=6))
def test_a_fuzzed_client_leaves_the_server_alive(dist: Path, sounds: Path, frames: list[bytes | str]) -> None:
    async def converse() -> None:
        async with (
            open_house(Hub(SETTINGS, Clock()), dist, sounds) as house,
            house.page() as good,
            house.page() as fuzzer,
        ):
            await good.enter(identify("good"))
            await fuzzer.enter(identify("fuzzer", in_obs=False))
            with suppress(ConnectionError):
                for frame in frames:
                    kind = WSMsgType.TEXT if isinstance(frame, str) else WSMsgType.BINARY
                    await fuzzer.socket.send_frame(frame.encode() if isinstance(frame, str) else frame, kind)
            run = a_run()
            assert house.hub.show(run)
            assert await good.hear() == run

    asyncio.run(converse())


async def test_a_client_that_reads_nothing_is_closed_and_the_others_go_on(house: House, listener: Listener) -> None:
    async with house.page() as good, house.page() as slow:
        await good.enter(identify("good"))
        await slow.enter(identify("slow", in_obs=False))
        assert slow.socket._response.connection is not None
        transport = slow.socket._response.connection.transport
        assert isinstance(transport, asyncio.ReadTransport)
        transport.pause_reading()
        run = msgspec.structs.replace(a_run(), alert=msgspec.structs.replace(a_run().alert, message="x" * 30_000))
        for _ in range(2000):
            house.hub.show(run)
            assert (await good.hear()).run_id == run.run_id
            if len(house.hub.pages) == 1:
                break
        assert [page.page_instance for page in house.hub.pages] == ["page-good"]
        transport.resume_reading()
        assert await slow.closed_with() == CloseCode.SLOW_CLIENT
    assert listener.of("orphaned") == [("orphaned", run.run_id, 0)]


async def test_pings_go_out_by_themselves_and_who_answers_stays(hub: Hub, dist: Path, sounds: Path) -> None:
    async with (
        open_house(hub, dist, sounds, ping_interval=0.02) as house,
        house.page() as alive,
        house.page() as stuck,
    ):
        await stuck.enter(identify("stuck", in_obs=False))
        await alive.enter(identify("alive"))
        last = 0
        while len(hub.pages) > 1 or last < 2 * UNANSWERED_PINGS:
            message = await alive.hear()
            if isinstance(message, Ping):
                last = message.n
                await alive.say(Pong(n=last))
        assert [page.page_instance for page in hub.pages] == ["page-alive"]
        assert await stuck.closed_with() == CloseCode.SLOW_CLIENT


async def test_a_message_above_the_direct_limit_arrives_whole_and_in_order(house: House) -> None:
    async with house.page() as page:
        await page.enter(identify("first"))
        long = msgspec.structs.replace(a_run(), alert=msgspec.structs.replace(a_run().alert, message="é" * 100_000))
        runs = [a_run(), long, a_run(), long, a_run()]
        for run in runs:
            house.hub.show(run)
        assert [await page.hear() for _ in runs] == runs
