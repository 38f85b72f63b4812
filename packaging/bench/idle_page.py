"""What an idle alerts page costs: frames painted, and CPU time of its renderer beside an empty page's.

It has a Chromium to itself, so that every renderer in it is known. Frames are counted by the browser's own trace, and
apart from the CPU time: tracing costs some.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Page

from .figures import Figure
from .page_sender import browser_running, sender_running

SECONDS, QUICK_SECONDS = 60, 10
TRACED_SECONDS: Final = 10
SETTLING_SECONDS: Final = 5
_TICKS: Final = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


def idle_figures(*, quick: bool) -> tuple[list[Figure], list[str]]:
    """Frames and share of a core over a minute."""
    seconds = QUICK_SECONDS if quick else SECONDS
    with browser_running() as browser:
        browser.new_page(viewport={"width": 1920, "height": 1080}).goto("about:blank")
        floor = _share(seconds)
    with sender_running() as sender, browser_running() as browser:
        page = browser.new_page(viewport={"width": 1920, "height": 1080})
        page.goto(sender.url("ours"))
        sender.wait_connected("ours")
        share = _share(seconds)
        frames = _frames(browser, page)
    figures = [
        Figure("idle alerts page: frames painted", float("nan"), frames, "0", f"{TRACED_SECONDS} s", unit="frames",
               met=frames == 0),
        Figure("idle alerts page: share of a core", floor, share, "< 0.2 %", f"{seconds} s", unit="%",
               met=share < 0.2),  # noqa: PLR2004 - the target
    ]  # fmt: skip
    return figures, ["idle alerts page: the floor is an empty page in a browser of its own"]


def _share(seconds: int) -> float:
    """Percent of a core that the open page's renderers take, once they have settled."""
    time.sleep(SETTLING_SECONDS)
    before = _cpu(_renderers(os.getpid()))
    time.sleep(seconds)
    after = _cpu(set(before))
    return sum(after[process] - before[process] for process in after) / seconds * 100


def _frames(browser: Browser, page: Page) -> int:
    """Frames drawn in some seconds, by the browser's own trace."""
    browser.start_tracing(page=page, categories=["disabled-by-default-devtools.timeline.frame", "devtools.timeline"])
    time.sleep(TRACED_SECONDS)
    events = json.loads(browser.stop_tracing())["traceEvents"]
    return sum(event.get("name") == "DrawFrame" for event in events)


def _renderers(parent: int) -> set[int]:
    """Renderer processes below this one."""
    children: dict[int, list[int]] = {}
    names: dict[int, str] = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            names[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(folder.name))
    found: set[int] = set()
    waiting = [parent]
    while waiting:
        for child in children.get(waiting.pop(), ()):
            waiting.append(child)
            if "--type=renderer" in names.get(child, ""):
                found.add(child)
    return found


def _cpu(processes: set[int]) -> dict[int, float]:
    """Seconds of CPU time so far, of those that still live: a browser lets a spare renderer go."""
    found: dict[int, float] = {}
    for process in processes:
        try:
            fields = (Path("/proc") / str(process) / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        found[process] = (int(fields[11]) + int(fields[12])) / _TICKS
    return found
