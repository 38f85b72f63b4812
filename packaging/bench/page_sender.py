"""A server for pages under measurement, and the Chromium they are open in.

It serves the built page and a minimal one that does what no page could leave out: it parses the same message and writes
its three texts into three paragraphs.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec
from aiohttp import WSMsgType, web
from playwright.sync_api import Browser, sync_playwright

from streamer_app import assets
from streamer_app.core import overlay_protocol as protocol

_Answer = TypeVar("_Answer")
WAIT_SECONDS: Final = 20.0
_ARGUMENTS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-renderer-backgrounding",
    "--disable-backgrounding-occluded-windows",
    "--autoplay-policy=no-user-gesture-required",
)
_MINIMAL: Final = """<!doctype html><html><head><meta charset="utf-8"><script src="/minimal.js"></script></head>
<body><p id="a"></p><p id="b"></p><p class="message" id="c"></p></body></html>"""
_MINIMAL_SCRIPT: Final = """
const socket = new WebSocket(location.origin.replace("http", "ws") + location.pathname + "/socket");
socket.onmessage = (event) => {
  const message = JSON.parse(event.data);
  if (message.type === "hello") socket.send(JSON.stringify({type: "identify"}));
  if (message.type !== "alert.show") return;
  document.getElementById("a").textContent = message.alert.donor;
  document.getElementById("b").textContent = message.alert.amount_text;
  document.getElementById("c").textContent = message.alert.message;
};
"""


class Sender:
    """Serves both pages from a thread of its own, and says what it is told to."""

    def __init__(self, dist: Path) -> None:
        self._dist = dist
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="bench sender")
        self._sockets: dict[str, web.WebSocketResponse] = {}
        self._heard = threading.Condition()
        self.reports: list[tuple[float, dict[str, Any]]] = []
        self.port = 0

    def start(self) -> None:
        """Listen on a free port of loopback."""
        self._thread.start()
        self._run(self._listen())

    def stop(self) -> None:
        """End it."""
        self._run(self._runner.cleanup())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def url(self, name: str) -> str:
        """`ours` or `bare`."""
        return f"http://127.0.0.1:{self.port}/overlay/{name}"

    def send(self, name: str, message: protocol.ServerMessage) -> float:
        """Say it to that page; milliseconds of the wall clock just before."""
        text = msgspec.json.encode(message).decode()

        async def sending() -> float:
            at = time.time() * 1000
            await self._sockets[name].send_str(text)
            return at

        return self._run(sending())

    def wait_for(self, wanted: Callable[[dict[str, Any]], bool], seconds: float = WAIT_SECONDS) -> float:
        """Monotonic seconds at which the first report that is wanted came."""
        deadline = time.monotonic() + seconds
        with self._heard:
            while True:
                for at, report in self.reports:
                    if wanted(report):
                        return at
                left = deadline - time.monotonic()
                if left <= 0:
                    raise TimeoutError("the page did not report")
                self._heard.wait(left)

    def wait_connected(self, name: str) -> None:
        """Until that page has identified itself."""
        deadline = time.monotonic() + WAIT_SECONDS
        while name not in self._sockets:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{name} did not connect")
            time.sleep(0.01)

    def _run(self, work: Coroutine[Any, Any, _Answer]) -> _Answer:
        future: Future[_Answer] = asyncio.run_coroutine_threadsafe(work, self._loop)
        return future.result(WAIT_SECONDS)

    async def _listen(self) -> None:
        app = web.Application()
        app.router.add_get("/overlay/ours", self._ours)
        app.router.add_get("/overlay/bare", _bare)
        app.router.add_get("/minimal.js", _bare_script)
        app.router.add_get("/overlay/ours/speech/{name}", self._speech)
        app.router.add_get("/overlay/{name}/socket", self._socket)
        app.router.add_static("/assets", self._dist / "assets")
        app.router.add_static("/sounds", assets.resources_folder() / "sounds")
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def _ours(self, _: web.Request) -> web.Response:
        return web.Response(text=(self._dist / "index.html").read_text(encoding="utf-8"), content_type="text/html")

    async def _speech(self, _: web.Request) -> web.FileResponse:
        return web.FileResponse(assets.resources_folder() / "sounds" / "lampion_full.wav")

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        version = (self._dist / "version.txt").read_text(encoding="utf-8").strip()
        hello = protocol.Hello(protocol=protocol.PROTOCOL_VERSION, server_version="bench", asset_version=version)
        await socket.send_str(msgspec.json.encode(hello).decode())
        async for frame in socket:
            if frame.type is not WSMsgType.TEXT:
                continue
            report = json.loads(frame.data)
            if report["type"] == "identify":
                identified = protocol.Identified(
                    role=protocol.Role.SPEAKER, theme="lampion", language="id", volume=1.0, reduced_motion=False
                )
                await socket.send_str(msgspec.json.encode(identified).decode())
                self._sockets[request.match_info["name"]] = socket
            with self._heard:
                self.reports.append((time.monotonic(), report))
                self._heard.notify_all()
        return socket


async def _bare(_: web.Request) -> web.Response:
    return web.Response(text=_MINIMAL, content_type="text/html")


async def _bare_script(_: web.Request) -> web.Response:
    return web.Response(text=_MINIMAL_SCRIPT, content_type="text/javascript")


@contextmanager
def sender_running() -> Iterator[Sender]:
    """A server for as long as the block runs."""
    sender = Sender(assets.overlay_dist_folder())
    sender.start()
    try:
        yield sender
    finally:
        sender.stop()


@contextmanager
def browser_running() -> Iterator[Browser]:
    """A browser that behaves like OBS's: sound plays without a click."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(_ARGUMENTS))
        yield browser
        browser.close()
