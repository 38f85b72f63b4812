"""A client that says anything in any order: it is closed with the right code, and nobody else notices."""

from __future__ import annotations

import asyncio
import json
import random
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import aiohttp
import msgspec
from aiohttp import WSMsgType
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streamer_app.core.overlay_protocol import MAX_PAGE_MESSAGE_BYTES, CloseCode
from streamer_app.overlay.hub import Hub
from streamer_app.overlay.page_messages import BadMessageError, decode
from tests.overlay.conftest import House, open_house
from tests.overlay.doubles import SETTINGS, Clock, a_run, finished, identify, progress, started
from tests.overlay.test_board import update

ENDS: Final = {
    int(CloseCode.NOT_IDENTIFIED),
    int(CloseCode.BAD_MESSAGE),
    int(CloseCode.PROTOCOL_MISMATCH),
    1009,
    1002,
    1007,
}
"""Our own codes, and the standard's for frames that are too large, broken, or no text."""

RUN = a_run()
VALID = [msgspec.to_builtins(each) for each in (identify("fuzzer"), started(RUN), progress(RUN, 5), finished(RUN))] + [
    {"type": "pong", "n": 1},
    {"type": "source.active", "active": None, "visible": True},
]
STRANGE: list[Any] = [None, True, -1, 2**70, 1e308, "", "x" * 5000, "\u202e\0", [], {}, [[]], {"a": 1}]


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A message of ours with a field that is gone, strange, or new."""
    message = dict(draw(st.sampled_from(VALID)))
    name = draw(st.sampled_from(sorted(message)))
    deed = draw(st.sampled_from(["drop", "strange", "add", "keep", "deep"]))
    if deed == "drop":
        del message[name]
    elif deed == "strange":
        message[name] = draw(st.sampled_from(STRANGE))
    elif deed == "add":
        message["from.tomorrow"] = draw(st.sampled_from(STRANGE))
    elif deed == "deep":
        return json.dumps(message)[:-1] + ', "deep": ' + "[" * 3000 + "]" * 3000 + "}"
    return json.dumps(message)


FRAMES = (
    mutated()
    | st.binary(max_size=300)
    | st.text(max_size=300)
    | st.sampled_from(["[" * 16_000, '{"a":' * 3_000, "x" * (MAX_PAGE_MESSAGE_BYTES + 1), "null", "{}"])
)


async def assault(house: House, frames: list[bytes | str], door: str, *, entered: bool) -> object:
    """Send it all; the code it was closed with, None while it is still welcome."""
    page = house.page() if door == "overlay" else house.preview_page()
    async with page:
        with suppress(ConnectionError):
            if entered:
                await page.enter(identify("fuzzer"))
            for frame in frames:
                kind = WSMsgType.TEXT if isinstance(frame, str) else WSMsgType.BINARY
                data = frame.encode("utf-8", "surrogatepass") if isinstance(frame, str) else frame
                await page.socket.send_frame(data, kind)
        while True:
            try:
                frame_back = await page.socket.receive(timeout=0.15)
            except TimeoutError:
                return None
            if frame_back.type is aiohttp.WSMsgType.CLOSE:
                return frame_back.data
            if frame_back.type in (aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.CLOSING, aiohttp.WSMsgType.ERROR):
                return page.socket.close_code


def is_refused(frame: bytes | str) -> bool:
    try:
        decode(frame)
    except BadMessageError:
        return True
    return isinstance(frame, str) and len(frame.encode("utf-8", "surrogatepass")) > MAX_PAGE_MESSAGE_BYTES


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(frames=st.lists(FRAMES, max_size=5), door=st.sampled_from(["overlay", "preview"]), entered=st.booleans())
def test_any_client_ends_with_the_right_code_and_the_show_goes_on(
    dist: Path, sounds: Path, frames: list[bytes | str], door: str, *, entered: bool
) -> None:
    async def converse() -> None:
        async with open_house(Hub(SETTINGS, Clock()), dist, sounds) as house, house.page() as good:
            await good.enter(identify("good", widgets=["alerts", "goal"]))
            code = await assault(house, frames, door, entered=entered)
            assert code is None or code in ENDS
            if entered and any(is_refused(frame) for frame in frames):
                assert code is not None
            run = a_run()
            assert house.hub.show(run)
            assert await good.hear() == run
            house.hub.post(update())
            assert await good.hear() == update()

    asyncio.run(converse())


async def test_a_storm_of_fuzzers_beside_one_good_page(house: House) -> None:
    rolls = random.Random(5)
    bodies: list[bytes | str] = [json.dumps(message) for message in VALID]
    bodies += [b"\0" * 90, "[" * 9000, "{}", "null", '{"type": "identify"}', "x" * 20_000]
    async with house.page() as good:
        await good.enter(identify("good"))
        for _ in range(10):
            storm = [
                assault(
                    house,
                    rolls.choices(bodies, k=4),
                    rolls.choice(["overlay", "preview"]),
                    entered=rolls.random() < 0.5,
                )
                for _ in range(8)
            ]
            codes = await asyncio.gather(*storm)
            assert all(code is None or code in ENDS or code == 1001 for code in codes)
        run = a_run()
        assert house.hub.show(run)
        assert await good.hear() == run
        assert house.hub.pages[0].page_instance == "page-good"


BOUNDS: list[dict[str, Any]] = [
    {"widgets": ["goal"] * 33},
    {"widgets": ["Goal"]},
    {"widgets": ["a" * 25]},
    {"widgets": ["**"]},
    {"widgets": [""]},
    {"widgets": ["goal\n"]},
    {"widget_revisions": {"goal": -1}},
    {"widget_revisions": {"goal": 2**54}},
    {"widget_revisions": {"../x": 1}},
    {"widget_revisions": {f"w{number}": 1 for number in range(33)}},
]


def test_widgets_out_of_bounds_are_refused() -> None:
    valid = msgspec.to_builtins(identify("page"))
    named: list[list[str]] = [[], ["*"], ["alerts", "my-2nd-goal"]]
    for widgets in named:
        assert decode(json.dumps(valid | {"widgets": widgets})) is not None
    for fields in BOUNDS:
        try:
            decode(json.dumps(valid | fields))
        except BadMessageError:
            continue
        raise AssertionError(fields)


def test_troubles_and_what_is_heard_are_bounded() -> None:
    base = msgspec.to_builtins(finished(RUN))
    cases: list[tuple[list[str], bool]] = [
        ([], True),
        (["media_150", "speech_failed"], True),
        ([""], False),
        (["x" * 41], False),
        (["two\nlines"], False),
        (["x"] * 17, False),
    ]
    for troubles, fine in cases:
        try:
            decode(json.dumps(base | {"troubles": troubles}))
        except BadMessageError:
            assert not fine
        else:
            assert fine
    report = msgspec.to_builtins(progress(RUN, 5))
    decode(json.dumps(report | {"heard": "media", "media_left_ms": 5}))
    for fields in ({"heard": "shouting"}, {"media_left_ms": -1}, {"media_left_ms": 10**12}):
        try:
            decode(json.dumps(report | fields))
        except BadMessageError:
            continue
        raise AssertionError(fields)
