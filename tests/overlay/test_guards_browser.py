"""The policy in a real Chromium: what the check of a style sheet might miss, the browser still refuses."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from playwright.async_api import Page, Request, Route, async_playwright

from tests.overlay.conftest import House
from tests.overlay_web.conftest import _ARGUMENTS
from tests.services.test_library import a_picture, a_wav

PROBE = """
window.refused = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.refused.push(event.effectiveDirective + " " + event.blockedURI);
});
const link = document.createElement("link");
link.rel = "stylesheet";
link.href = document.querySelector("meta[name=sheet]").content;
// A sheet whose import was refused says "error", and styles all the same.
for (const name of ["load", "error"]) link.addEventListener(name, () => { window.styled = true; });
document.head.append(link);
"""


@dataclass
class Elsewhere:
    """Another server; whatever reaches it was not stopped."""

    origin: str = ""
    asked: list[str] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path)
        return web.Response(text="")


@pytest.fixture
async def elsewhere() -> AsyncIterator[Elsewhere]:
    there = Elsewhere()
    app = web.Application()
    app.router.add_get("/{rest:.*}", there.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    there.origin = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield there
    finally:
        await runner.cleanup()


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=list(_ARGUMENTS))
        page = await browser.new_page()
        try:
            yield page
        finally:
            await browser.close()


def chromium() -> str | None:
    return shutil.which("chromium")


async def until(page: Page, condition: str) -> None:
    """Wait for it. Playwright's own waiting evaluates a text, which the policy refuses."""
    async with asyncio.timeout(10):
        while not await page.evaluate(condition):
            await page.wait_for_timeout(20)


def serve(house: House, css: str) -> None:
    """The page with a probe and this sheet, however bad it is."""
    address = house.server.files.dress(css)
    (house.dist / "assets" / "probe-1.js").write_text(PROBE)
    (house.dist / "index.html").write_text(
        "<!doctype html><meta name='sheet' content='/overlay/"
        f"{house.keys.display}/{address}'><script src='/assets/probe-1.js'></script>"
        "<div id='a' class='a' style='color: rgb(1, 2, 3)' onclick='window.inline = true'>text</div>"
        "<script>window.inline = true</script><audio></audio>"
    )


async def test_a_sheet_may_style_and_show_library_pictures_and_reach_nobody(
    house: House, page: Page, elsewhere: Elsewhere
) -> None:
    kept = house.library.add(a_picture(), "x")
    serve(
        house,
        f"@import '{elsewhere.origin}/import.css';"
        f"@font-face {{ font-family: evil; src: url({elsewhere.origin}/font.woff2) }}"
        f".a {{ background: url(library/{kept.id}), url({elsewhere.origin}/picture.png),"
        " url(data:image/png;base64,AAAA); font-family: evil;"
        " border-top: 7px solid rgb(9, 8, 7) }",
    )
    answered: dict[str, int] = {}
    page.on("response", lambda response: answered.update({response.url: response.status}))
    await page.goto(house.shell)
    await until(page, "window.styled && window.refused.length >= 4")
    refused = await page.evaluate("window.refused")
    assert elsewhere.asked == []
    for directive in ("style-src", "font-src", "img-src"):
        assert any(each.startswith(directive) and elsewhere.origin in each for each in refused), refused
    assert any(each == "img-src data" for each in refused)
    border = await page.eval_on_selector("#a", "a => getComputedStyle(a).borderTopColor")
    assert border == "rgb(9, 8, 7)"
    assert answered[f"{house.shell}/library/{kept.id}"] == 200


async def test_nothing_inline_runs_or_styles_and_nothing_is_evaluated(house: House, page: Page) -> None:
    serve(house, ".a { width: 5px }")
    await page.goto(house.shell)
    await until(page, "window.styled")
    await page.click("#a")
    assert await page.evaluate("window.inline") is None
    assert await page.eval_on_selector("#a", "a => getComputedStyle(a).color") != "rgb(1, 2, 3)"
    refused = await page.evaluate("window.refused")
    assert any(each.startswith("script-src") for each in refused)
    await page.evaluate("setTimeout('window.evaluated = true')")
    await until(page, "window.refused.some((each) => each === 'script-src eval')")
    assert await page.evaluate("window.evaluated") is None


async def test_frames_of_youtube_are_let_in_and_no_others_and_they_learn_no_key(
    house: House, page: Page, elsewhere: Elsewhere
) -> None:
    serve(house, ".a { width: 5px }")
    asked: list[Request] = []

    async def player(route: Route) -> None:
        asked.append(route.request)
        await route.fulfill(body="<!doctype html>player", content_type="text/html")

    for host in ("www.youtube-nocookie.com", "www.youtube.com"):
        await page.route(f"https://{host}/**", player)
    await page.goto(house.shell)
    sources = [
        "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ",
        "https://www.youtube.com/embed/dQw4w9WgXcQ",
        f"{elsewhere.origin}/frame",
    ]
    await page.evaluate(
        "sources => sources.forEach(src => { const frame = document.createElement('iframe');"
        "frame.src = src; document.body.append(frame) })",
        sources,
    )
    await until(page, "window.refused.some((each) => each.startsWith('frame-src'))")
    async with asyncio.timeout(10):
        while len(asked) < 2:
            await page.wait_for_timeout(20)
    assert elsewhere.asked == []
    for request in asked:
        referer = (await request.all_headers()).get("referer", "")
        assert referer == house.address.origin + "/"
        assert house.keys.display not in referer


async def test_a_sound_of_the_library_plays_and_seeks(house: House, page: Page) -> None:
    kept = house.library.add(a_wav(2.0), "x")
    serve(house, ".a { width: 5px }")
    await page.goto(house.shell)
    length = await page.eval_on_selector(
        "audio",
        "(audio, src) => new Promise((done, failed) => { audio.onseeked = () => done(audio.currentTime);"
        "audio.onerror = () => failed(new Error('no sound'));"
        "audio.onloadedmetadata = () => { audio.currentTime = 1.5 }; audio.src = src; audio.load() })",
        f"{house.shell}/library/{kept.id}",
    )
    assert length == pytest.approx(1.5, abs=0.05)
