"""The window names the page that speaks, and lets another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamer_app.core.commands import PinSpeaker, PlayAnyway
from streamer_app.core.events import PageLine, PagesChanged
from streamer_app.ui.content import Content

if TYPE_CHECKING:
    from PySide6.QtGui import QAction

    from streamer_app.ui.main_window import MainWindow
    from tests.ui.conftest import FakeClient


def page(
    name: str, *, speaks: bool = False, on_air: bool = True, pinned: bool = False, alerts: bool = True
) -> PageLine:
    return PageLine(
        page_instance=f"page-{name}",
        name=name,
        speaks=speaks,
        on_air=on_air,
        frozen=False,
        pinned=pinned,
        alerts=alerts,
    )


def menu_of(window: MainWindow) -> dict[str, QAction]:
    choice = content(window).live.overlay.speaker
    choice._fill()
    return {action.text(): action for action in choice._menu.actions() if action.text()}


def content(window: MainWindow) -> Content:
    found = window.centralWidget()
    assert isinstance(found, Content)
    return found


def test_the_speaker_is_named_and_pages_of_widgets_are_not_offered(window: MainWindow, client: FakeClient) -> None:
    speaker = content(window).live.overlay.speaker
    assert speaker.text() == "Belum ada overlay"
    client.tell(PagesChanged(pages=(page("OBS 31.0", speaks=True), page("Browser"), page("Widget", alerts=False))))
    assert speaker.text() == speaker.accessibleName() == "Suara: OBS 31.0"
    assert list(menu_of(window)) == ["Otomatis: yang sedang tayang di OBS", "OBS 31.0, tayang", "Browser, tayang"]


def test_another_page_is_pinned_and_let_go_again(window: MainWindow, client: FakeClient) -> None:
    client.tell(PagesChanged(pages=(page("OBS 31.0", speaks=True), page("Browser"))))
    menu_of(window)["Browser, tayang"].trigger()
    client.tell(PagesChanged(pages=(page("OBS 31.0"), page("Browser", speaks=True, pinned=True))))
    menu = menu_of(window)
    assert menu["Browser, tayang"].isChecked()
    menu["Otomatis: yang sedang tayang di OBS"].trigger()
    assert client.sent == [PinSpeaker(page_instance="page-Browser"), PinSpeaker(page_instance=None)]


def test_play_anyway_is_offered_only_where_nobody_is_on_air(window: MainWindow, client: FakeClient) -> None:
    client.tell(PagesChanged(pages=(page("OBS 31.0", speaks=True),)))
    assert "Putar walau tidak tayang" not in menu_of(window)
    client.tell(PagesChanged(pages=(page("OBS 31.0", speaks=True, on_air=False),)))
    menu_of(window)["Putar walau tidak tayang"].trigger()
    assert client.sent == [PlayAnyway()]
