"""How the control page looks and speaks: lights, languages, the worst texts, sizes that stay."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import expect

from streamer_app.core import commands
from streamer_app.core.events import Light, LightReason, LightState
from streamer_app.core.rights import EVERY_RIGHT
from streamer_app.core.rules import Finding, Rule, Ruling, Verdict
from tests.overlay_web.conftest import DOCK, PHONE, OpenControl
from tests.overlay_web.control_house import (
    ALL_WELL,
    ControlHouse,
    an_item,
    button,
    donors,
    panic,
    playing,
    queue,
    said,
    six,
)


def test_lights_say_what_is_wrong(house: ControlHouse, open_control: OpenControl) -> None:
    away = Light(state=LightState.ATTENTION, reason=LightReason.NO_PAGE, detail="127.0.0.1:28710")
    house.show(queue(), type(ALL_WELL)(database=ALL_WELL.database, queue=ALL_WELL.queue, overlay=away))
    page = open_control()
    expect(said(page)).to_have_text("Belum ada halaman overlay, donasi menunggu.")
    expect(page.get_by_role("list", name="Keadaan")).to_contain_text("! Overlay")


@pytest.mark.parametrize(("locale", "word"), [("id-ID", "Jeda"), ("en-US", "Pause"), ("ja-JP", "Pause")])
def test_without_a_word_it_speaks_the_browsers_language(
    house: ControlHouse, open_control: OpenControl, locale: str, word: str
) -> None:
    house.show(queue(an_item(None, anonymous=True)))
    page = open_control(lang=None, locale=locale)
    expect(page.get_by_text(word, exact=True)).to_be_visible()
    assert donors(page) == ["Seseorang" if locale == "id-ID" else "Someone"]


WORST: list[tuple[str, str]] = [
    ("W" * 100, "k" * 700),
    ("<script>alert(1)</script>", "<img src=x onerror=alert(1)>" * 9),
    ("👨\u200d👩\u200d👧\u200d👦🔥🎉", "🔥" * 300),
    ("محمد بن عبد الله", "السلام عليكم ورحمة الله وبركاته " * 12),
    ("Z\u0337\u0353\u0306a\u0338l\u0335g\u0336o\u0335", "a\u0301" * 300),
    ("a b c " * 16, "kata " * 120),
]


@pytest.mark.parametrize(("size", "touch", "target"), [(DOCK, False, 32), (PHONE, True, 44)], ids=["dock", "phone"])
@pytest.mark.parametrize("lang", ["id", "en"])
def test_the_worst_texts_fit_and_every_target_is_big_enough(
    house: ControlHouse,
    open_control: OpenControl,
    size: tuple[int, int],
    touch: bool,  # noqa: FBT001
    target: int,
    lang: str,
) -> None:
    verdict = Verdict(
        ruling=Ruling.HOLD,
        findings=(Finding(Rule.BLOCKED_WORD, "x" * 90), Finding(Rule.TOO_LONG)),
        name="*" * 100,
        message="y" * 300,
    )
    items = [an_item(donor, message, verdict=verdict) for donor, message in WORST]
    house.show(
        queue(
            *items,
            waiting_count=1204,
            held=tuple(items),
            failed=(items[0],),
            missed_count=99,
            playing=playing(items[0]),
            muted=("alert", "speech"),
        )
    )
    page = open_control("N" * 40, EVERY_RIGHT, size=size, touch=touch, lang=lang)
    button(page, "Tampilkan jumlah donasi" if lang == "id" else "Show amounts").click()
    expect(page.get_by_text("Rp25.000").first).to_be_visible()
    for message in page.locator("button.message").all():
        message.click()
    measured: dict[str, Any] = page.evaluate(_MEASURE, target)
    assert measured == {"sideways": 0, "small": [], "tiny": [], "outside": [], "cut": []}


_MEASURE = """(target) => {
  const seen = [...document.body.querySelectorAll("*")].filter((e) => e.offsetParent !== null && !e.closest(".unseen"));
  const own = (e) => [...e.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== "");
  const named = (e) => `${e.className} ${e.textContent.slice(0, 20)}`;
  const wide = document.documentElement.clientWidth;
  const inside = (e) => { const box = e.getBoundingClientRect(); return box.left >= 0 && box.right <= wide + 0.5; };
  return {
    sideways: document.documentElement.scrollWidth - wide,
    small: seen.filter((e) => own(e) && parseFloat(getComputedStyle(e).fontSize) < 12).map(named),
    tiny: seen.filter((e) => e.matches("button, select"))
      .filter((e) => e.offsetHeight < target || e.offsetWidth < target).map(named),
    outside: seen.filter((e) => own(e) && !inside(e)).map(named),
    cut: seen.filter((e) => e.matches(".label") && e.scrollWidth > e.clientWidth + 1).map(named),
  };
}"""


def test_the_header_and_the_stage_never_change_their_height(house: ControlHouse, open_control: OpenControl) -> None:
    heights: list[list[float]] = []
    pictures = [
        queue(),
        queue(paused=True),
        queue(panic=True, paused=True),
        queue(playing=playing(None)),
        queue(playing=playing(an_item("W" * 90, "kata " * 99))),
    ]
    for view in pictures:
        house.show(view)
        page = open_control(f"Kunci {uuid4()}"[:30])
        heights.append(page.evaluate("[...document.querySelectorAll('.status, .stage')].map((e) => e.offsetHeight)"))
    assert all(each == heights[0] for each in heights)


def test_an_id_is_made_without_a_secure_context(house: ControlHouse, open_control: OpenControl) -> None:
    house.show(six())
    page = open_control()
    page.evaluate("delete Crypto.prototype.randomUUID")
    panic(page).click()
    assert isinstance(house.wait_for(commands.Panic).id, UUID)
