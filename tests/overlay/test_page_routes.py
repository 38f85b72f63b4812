"""Every route: its headers, its key, and that asking changes nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from aiohttp import web

from streamer_app.core.custom_css import problems
from streamer_app.overlay.server import OverlayServer
from tests.overlay.conftest import House
from tests.overlay.doubles import a_run, identify
from tests.services.test_library import a_picture

PLACEHOLDER = re.compile(r"\{(\w+)\}")


def routes(server: OverlayServer) -> list[tuple[str, str]]:
    """Method and path of all that the server answers to."""
    assert server._runner is not None
    app = server._runner.app
    assert isinstance(app, web.Application)
    return [(route.method, route.resource.canonical) for route in app.router.routes() if route.resource is not None]


def filled(house: House, path: str, file_id: str) -> str:
    """The path as somebody who may come in asks for it."""
    names = {
        "key": house.keys.preview if path.startswith("/preview") else house.keys.display,
        "name": file_id if "library" in path else "goal" if "widget" in path else "index-Cf3.js",
    }
    if path.startswith("/control/{key"):
        names["key"] = house.key("Sari")
    return PLACEHOLDER.sub(lambda found: names[found.group(1)], path)


async def test_every_answer_has_the_strict_headers_and_only_pages_may_show_a_player(house: House) -> None:
    kept = house.library.add(a_picture(), "x")
    seen = 0
    for method, path in routes(house.server):
        url = house.address.origin + filled(house, path, kept.id)
        async with house.session.request(method, url, headers={"Connection": "close"}) as response:
            headers = response.headers
            policy = headers["Content-Security-Policy"]
            assert headers["X-Content-Type-Options"] == "nosniff", path
            assert headers["Referrer-Policy"] == "strict-origin"
            assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
            assert "unsafe" not in policy
            assert "data:" not in policy
            assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; ")
            assert ("frame-src https://www.youtube-nocookie.com https://www.youtube.com;" in policy) is (
                path.startswith(("/overlay", "/preview"))
            )
            assert "frame-ancestors 'none'" in policy
            assert "Cache-Control" in headers
        seen += 1
    assert seen > 30


async def test_no_get_changes_anything(house: House) -> None:
    kept = house.library.add(a_picture(), "x")
    async with house.page() as page:
        await page.enter(identify("page"))
        run = a_run()
        house.hub.show(run)
        await page.hear()
        before = state(house)
        for method, path in routes(house.server):
            if method not in {"GET", "HEAD"} or "socket" in path or "events" in path:
                continue
            for query in ("", "?name=x&id=" + kept.id + "&forced=true"):
                url = house.address.origin + filled(house, path, kept.id) + query
                async with house.session.request(method, url, headers=house.bearer) as response:
                    assert response.status < 500
        assert state(house) == before


def state(house: House) -> object:
    files = {path.name: path.read_bytes() for path in house.library._folder.iterdir()}
    return house.hub.pages, house.hub.speaker, house.studio.asked, house.studio.stops, files, house.server.keys


async def test_what_changes_something_is_post_and_nothing_else(house: House) -> None:
    posts = {path for method, path in routes(house.server) if method not in {"GET", "HEAD"}}
    assert posts >= {"/control/command", "/control/stop", "/control/upload", "/control/library/remove"}
    assert {method for method, _ in routes(house.server)} == {"GET", "HEAD", "POST"}
    for path in posts:
        async with house.session.get(house.address.origin + path, headers=house.bearer) as response:
            assert response.status in {404, 405}
    assert (house.studio.asked, house.studio.stops) == ([], 0)


@pytest.mark.parametrize("rest", ["", "/canvas", "/widget/goal", "/widget/my-second-goal", "/widget/a"])
async def test_each_kind_of_page_gets_the_shell_fresh(house: House, rest: str) -> None:
    for door in (house.shell, house.preview):
        async with house.session.get(door + rest) as response:
            assert response.status == 200
            assert response.headers["Cache-Control"] == "no-store"
            assert "Overlay" in await response.text()


@pytest.mark.parametrize(
    "rest",
    ["/widget/", "/widget/Goal", "/widget/1goal", "/widget/" + "a" * 25, "/widget/a.b", "/widget/a/b", "/nothing"],
)
async def test_what_is_no_page_is_not_there(house: House, rest: str) -> None:
    async with house.session.get(house.shell + rest) as response:
        assert response.status == 404


async def test_keys_of_one_door_do_not_open_another(house: House) -> None:
    keys = {"overlay": house.keys.display, "preview": house.keys.preview, "control": house.keys.control}
    assert len(set(keys.values())) == 3
    for door in ("overlay", "preview"):
        for name, key in keys.items():
            for rest in ("", "/canvas", "/widget/goal"):
                async with house.session.get(f"{house.address.origin}/{door}/{key}{rest}") as response:
                    assert response.status == (200 if name == door else 404)


async def test_a_server_without_a_preview_key_has_no_previews(house: House) -> None:
    house.server.change_keys(type(house.keys)(display=house.keys.display, control=house.keys.control))
    for key in ("", "x", house.keys.preview):
        async with house.session.get(f"{house.address.origin}/preview/{key}") as response:
            assert response.status == 404


def test_the_sheets_that_ship_with_the_page_would_pass_as_custom_ones() -> None:
    """The check must not refuse what ordinary styling needs."""
    sheets = sorted((Path(__file__).parents[2] / "overlay_web" / "src").glob("*.css"))
    assert sheets
    for sheet in sheets:
        css = sheet.read_text(encoding="utf-8")[:20_000]
        assert not [str(each) for each in problems(css) if each.fault.value in {"script", "closes_style", "control"}]
