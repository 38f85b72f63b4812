"""The built page, a server it can talk to, and a Chromium that behaves like the one in OBS."""

from __future__ import annotations

import base64
import contextlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, Protocol, cast

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Playwright, sync_playwright

from streamer_app import assets
from streamer_app.core import overlay_protocol as protocol
from streamer_app.core.rights import MODERATOR, Right
from tests.overlay_web.control_house import ControlHouse
from tests.overlay_web.stage_server import StageServer

# OBS adds the last one itself: in a browser source sound plays without a click.
OBS_POLICY: Final = "--autoplay-policy=no-user-gesture-required"
BROWSER_POLICY: Final = "--autoplay-policy=document-user-activation-required"
_ARGUMENTS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
STATE_SECONDS: Final = 10.0

OpenPage = Callable[..., Page]
OpenControl = Callable[..., Page]
DOCK: Final = (300, 600)
PHONE: Final = (390, 844)


Area = tuple[float, float, float, float]


class Measure(Protocol):
    """The darkest and the brightest relative luminance in each area (left, top, right, bottom) of a screenshot."""

    def __call__(self, png: bytes, areas: list[Area]) -> list[tuple[float, float]]: ...


def launch(playwright: Playwright, policy: str = OBS_POLICY) -> Browser:
    """Debian's Chromium where there is one, else the one that playwright installed."""
    program = shutil.which("chromium")
    return playwright.chromium.launch(executable_path=program, args=[*_ARGUMENTS, policy])


@pytest.fixture(scope="session")
def dist() -> Path:
    """The built page."""
    folder = assets.overlay_dist_folder()
    if not (folder / "version.txt").is_file():
        pytest.fail(f"{folder} is missing: run `npm ci && npm run build` in overlay_web")
    return folder


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """Per module: its event loop must not be running when another module's async tests want one."""
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Plays sound without a click, as OBS does."""
    launched = launch(playwright)
    yield launched
    launched.close()


@pytest.fixture
def server(dist: Path) -> Iterator[StageServer]:
    """One streamer's stage."""
    with StageServer(dist, assets.resources_folder() / "sounds") as running:
        yield running


@pytest.fixture
def open_page(browser: Browser, server: StageServer) -> Iterator[OpenPage]:
    """Opens the overlay and waits until it is identified. Whatever goes wrong inside it fails the test."""
    with contextlib.ExitStack() as opened:
        wrong: list[str] = []

        def open_one(
            *, size: tuple[int, int] = (1280, 720), script: str = "", within: Browser = browser, part: str = ""
        ) -> Page:
            context = opened.enter_context(within.new_context(viewport={"width": size[0], "height": size[1]}))
            page = context.new_page()
            page.set_default_timeout(STATE_SECONDS * 1000)
            page.on("pageerror", lambda error: wrong.append(str(error)))
            page.on("console", lambda message: _note(message, wrong))
            if script:
                page.add_init_script(script)
            before = len(server.seen(protocol.Identify))
            page.goto(server.url + part)
            server.wait(protocol.Identify, count=before + 1)
            return page

        yield open_one
    assert wrong == []


@pytest.fixture
def house(dist: Path) -> Iterator[ControlHouse]:
    with ControlHouse(dist, assets.resources_folder() / "sounds") as running:
        yield running


@pytest.fixture
def open_control(browser: Browser, house: ControlHouse) -> Iterator[OpenControl]:
    """Opens a key's page. Whatever goes wrong inside it fails the test; `frames` of it are all it was ever sent."""
    with contextlib.ExitStack() as opened:
        wrong: list[str] = []

        def open_one(
            name: str = "Sari",
            rights: frozenset[Right] = MODERATOR,
            *,
            size: tuple[int, int] = DOCK,
            lang: str | None = "id",
            touch: bool = False,
            frames: list[str] | None = None,
            locale: str = "en-US",
        ) -> Page:
            context = opened.enter_context(
                browser.new_context(
                    viewport={"width": size[0], "height": size[1]}, has_touch=touch, is_mobile=touch, locale=locale
                )
            )
            page = context.new_page()
            page.set_default_timeout(10_000)
            page.on("pageerror", lambda error: wrong.append(str(error)))
            page.on("console", lambda message: _note_of_control(message.type, message.text, wrong))
            if frames is not None:
                page.on("websocket", lambda socket: socket.on("framereceived", lambda data: frames.append(str(data))))
            page.goto(house.make_key(name, rights) + ("" if lang is None else f"?lang={lang}"))
            page.wait_for_selector("main:not(.loading)")
            return page

        yield open_one
    assert wrong == []


def _note_of_control(kind: str, text: str, wrong: list[str]) -> None:
    # A server that is gone, or a key that opens nothing any more, is what some tests are about.
    if kind == "error" and "WebSocket connection" not in text and "Failed to load resource" not in text:
        wrong.append(text)


@pytest.fixture
def measure(browser: Browser) -> Iterator[Measure]:
    """Reads pixels in a page of its own, which has no policy in the way."""
    page = browser.new_page()

    def luminance(png: bytes, areas: list[Area]) -> list[tuple[float, float]]:
        url = f"data:image/png;base64,{base64.b64encode(png).decode()}"
        return cast("list[tuple[float, float]]", page.evaluate(_LUMINANCE, [url, areas]))

    yield luminance
    page.close()


def wait_state(page: Page, state: str) -> None:
    """Wait until the stage is in a state."""
    page.wait_for_selector(f"#stage[data-state={state}]", state="attached")


def _note(message: ConsoleMessage, wrong: list[str]) -> None:
    if message.type != "error":
        return
    with contextlib.suppress(Error):
        # A server or a file that is gone is what some tests are about; a favicon is nothing OBS asks for.
        known = ("favicon", "/speech/", "/library/", "/custom/")
        missing = any(part in str(message.location) for part in known)
        if "WebSocket connection" not in message.text and not missing:
            wrong.append(message.text)


_LUMINANCE: Final = """async ([url, areas]) => {
  const picture = await createImageBitmap(await (await fetch(url)).blob());
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  const pen = canvas.getContext("2d");
  pen.drawImage(picture, 0, 0);
  const linear = (v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  return areas.map(([left, top, right, bottom]) => {
    const data = pen.getImageData(left, top, right - left, bottom - top).data;
    let low = 1, high = 0;
    for (let i = 0; i < data.length; i += 4) {
      const y = 0.2126 * linear(data[i]) + 0.7152 * linear(data[i + 1]) + 0.0722 * linear(data[i + 2]);
      low = Math.min(low, y);
      high = Math.max(high, y);
    }
    return [low, high];
  });
}"""
