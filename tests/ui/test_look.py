"""What must hold in every language and appearance, whatever donors write."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtWidgets import QAbstractButton, QSpinBox
from pytestqt.qtbot import QtBot

from streamer_app.core.events import (
    DonationsChanged,
)
from streamer_app.ui.content import Content
from streamer_app.ui.language import Language
from streamer_app.ui.main_window import MainWindow
from streamer_app.ui.theme import THEMES, ThemeName
from tests.ui.conftest import NOW, FakeClient, OpenWindow, item, lights, playing, queue


def inside(window: MainWindow) -> Content:
    assert window.content is not None
    return window.content


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("theme", list(ThemeName))
def test_worst_text_in_every_appearance(
    open_window: OpenWindow, client: FakeClient, qtbot: QtBot, language: Language, theme: ThemeName
) -> None:
    window = open_window(language, theme)
    window.resize(960, 600)
    worst = (
        item(1, donor_name="😀👨‍👩‍👧‍👦🇮🇩" * 100, message="W" * 10_000, amount=999_999_999_999),
        item(2, donor_name="مُتَبَرِّع", message="مرحبا 123"),
        item(3, donor_name="\u202eidub\x00\n", message="<b>satu</b>\ndua\x07"),
        item(4, donor_name=None, message=None, is_anonymous=True),
        item(5, donor_name=" \t", message="e\u0301" * 400),
    )
    client.tell(queue(*worst, playing=playing(worst[0]), held=worst, failed=worst, missed=worst, missed_count=5))
    client.tell(DonationsChanged(donations=worst), lights())
    content = inside(window)
    for page in range(3):
        content.open_page(page)
        qtbot.wait(5)
        assert not window.grab().isNull()
    assert window.minimumSizeHint().width() <= 960
    assert window.minimumSizeHint().height() <= 600
    names = [content.live.queue.model.index(row, 0).data() for row in range(5)]
    assert names[2] == "idub"
    assert names[3] == names[4] == ("Seseorang" if language is Language.INDONESIAN else "Someone")


@pytest.mark.parametrize("language", list(Language))
def test_every_button_has_a_name_and_names_its_key(
    open_window: OpenWindow, client: FakeClient, language: Language
) -> None:
    window = open_window(language)
    client.tell(queue(item(1), playing=playing(item(2))), lights())
    for control in window.findChildren(QAbstractButton):
        if not control.property("look") and control.text() == "":
            continue
        assert control.accessibleName(), control
        assert control.toolTip(), control.text()
    live = inside(window).live
    keyed = {live.now_playing.skip: "(S)", live.queue.pause: "(P)", live.overlay.copy: "(C)"}
    for control, key in keyed.items():
        assert key in control.toolTip()
    assert all(spin.accessibleName() for spin in window.findChildren(QSpinBox))


def test_text_fits_its_button_in_both_languages(open_window: OpenWindow, client: FakeClient, qtbot: QtBot) -> None:
    for language in Language:
        window = open_window(language)
        window.resize(960, 600)
        client.tell(queue(item(1), missed=(item(3),), missed_count=1), lights())
        for page in range(3):
            inside(window).open_page(page)
            qtbot.wait(5)
            for control in window.findChildren(QAbstractButton):
                if control.isVisible() and control.text():
                    assert control.width() >= control.minimumSizeHint().width(), control.text()


def test_age_moves_from_minutes_to_clock() -> None:
    from streamer_app.ui.look import Look
    from streamer_app.ui.words import words_for

    look = Look(THEMES[ThemeName.LAUT], words_for(Language.ENGLISH), lambda: NOW)
    assert [look.time_text(NOW - timedelta(**age)) for age in ({"seconds": 5}, {"minutes": 59}, {"hours": 2})] == [
        "just now",
        "59 min",
        "18:14",
    ]
    assert look.time_text(NOW - timedelta(days=30)) == "22 Oct"
