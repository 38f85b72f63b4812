"""The window as a streamer uses it, with a client that answers at once."""

from __future__ import annotations

from uuid import UUID

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget
from pytestqt.qtbot import QtBot

from streamer_app.core.answers import Donations
from streamer_app.core.commands import (
    AnswerMissed,
    Approve,
    MissedChoice,
    Pause,
    Release,
    Replay,
    ResumeQueue,
    Retry,
    SendTestAlert,
    Skip,
    TakeOver,
    Undo,
)
from streamer_app.core.donations import ItemState, WalletLine
from streamer_app.core.events import (
    BalancesChanged,
    DonationsChanged,
    Light,
    LightReason,
    LightState,
    Notice,
    OverlayAddress,
)
from streamer_app.core.questions import DonationsPage
from streamer_app.ui.content import Content
from streamer_app.ui.language import Language
from streamer_app.ui.main_window import MainWindow
from streamer_app.ui.theme import THEMES, ThemeName
from streamer_app.ui.widgets.overlay_card import drag_data
from tests.ui.conftest import NOW, FakeClient, OpenWindow, item, lights, playing, queue

KEY = "k3y-that-nobody-may-see"
ADDRESS = OverlayAddress(url=f"http://127.0.0.1:47830/overlay/{KEY}?v=1", width=1280, height=720)


def inside(window: MainWindow) -> Content:
    assert window.content is not None
    return window.content


def words_on(widget: QWidget) -> str:
    """Everything readable: labels, buttons, tooltips, accessible names, titles."""
    found = [widget.windowTitle(), widget.toolTip(), widget.accessibleName(), widget.accessibleDescription()]
    for child in widget.findChildren(QWidget):
        found += [child.toolTip(), child.accessibleName(), child.accessibleDescription(), child.windowTitle()]
        if isinstance(child, QLabel | QAbstractButton):
            found.append(child.text())
    return "\n".join(found)


def test_is_painted_before_the_client_starts(qtbot: QtBot, client: FakeClient) -> None:
    window = MainWindow(
        client, language=Language.INDONESIAN, theme=THEMES[ThemeName.WEDANG], clock=lambda: NOW, motion=False
    )
    qtbot.addWidget(window)
    order: list[str] = []
    window.first_painted.connect(lambda: order.append(f"painted, started {client.started}"))
    window.filled.connect(lambda: order.append(f"filled, started {client.started}"))
    with qtbot.waitSignal(window.filled, timeout=5000):
        window.show()
    assert order == ["painted, started 0", "filled, started 1"]
    window.close()
    window.close()
    assert client.stopped == 1


def test_nothing_is_claimed_before_the_studio_has_spoken(window: MainWindow, client: FakeClient) -> None:
    shown = [words.text() for words in window.findChildren(QLabel) if words.isVisible()]
    assert "Tidak ada donasi yang menunggu." not in shown
    assert "Tidak ada yang menunggu keputusanmu." not in shown
    assert inside(window).live.balances.cash.text().strip() == ""
    assert client.started == 1


def test_donation_appears_without_a_refresh(window: MainWindow, client: FakeClient) -> None:
    client.tell(queue())
    client.tell(queue(item(1), item(2)))
    rows = inside(window).live.queue.rows
    assert rows.model().rowCount() == 2
    assert rows.isVisible()
    assert rows.model().index(0, 0).data() == "Budi 1"


def test_arrival_keeps_selection_and_scroll(window: MainWindow, client: FakeClient) -> None:
    many = [item(number) for number in range(1, 200)]
    client.tell(queue(*many))
    rows = inside(window).live.queue.rows
    rows.setCurrentIndex(rows.model().index(50, 0))
    rows.verticalScrollBar().setValue(900)
    client.tell(queue(*many[:100], item(999), *many[100:]))
    assert rows.current_item() == many[50]
    assert rows.verticalScrollBar().value() == 900


def test_nothing_moves_when_a_donation_arrives(window: MainWindow, client: FakeClient, qtbot: QtBot) -> None:
    live = inside(window).live
    parts = [live.now_playing, live.queue, live.needs_you, live.balances, live.overlay, live.queue.pause]
    client.tell(queue(), lights())
    qtbot.wait(10)
    before = [part.geometry() for part in parts]
    client.tell(queue(*[item(number) for number in range(50)], playing=playing(item(99)), held=(item(500),)))
    qtbot.wait(10)
    assert [part.geometry() for part in parts] == before


def test_skip_names_the_run_on_the_card(window: MainWindow, client: FakeClient) -> None:
    client.tell(queue(item(2), playing=playing(item(1), run=77)))
    QTest.mouseClick(inside(window).live.now_playing.skip, Qt.MouseButton.LeftButton)
    assert client.sent == [Skip(run_id=UUID(int=77))]
    QTest.keyClick(window, Qt.Key.Key_S)
    assert len(client.sent) == 1, "a second press for the same run is not a second skip"
    client.tell(queue(playing=playing(item(2), run=78)))
    QTest.keyClick(window, Qt.Key.Key_S)
    assert client.sent[1:] == [Skip(run_id=UUID(int=78))]


def test_row_is_taken_at_the_press_not_at_the_release(window: MainWindow, client: FakeClient) -> None:
    client.tell(queue(item(1), item(2), item(3)))
    rows = inside(window).live.queue.rows
    spot = rows._delegate.action_box(rows.visualRect(rows.model().index(0, 0))).center()
    QTest.mousePress(rows.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    client.tell(queue(item(2), item(3)))
    QTest.mouseRelease(rows.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert client.sent == [Skip(donation_message_id=UUID(int=1))]


def test_delete_skips_the_selected_row(window: MainWindow, client: FakeClient) -> None:
    client.tell(queue(item(1), item(2)))
    rows = inside(window).live.queue.rows
    rows.setCurrentIndex(rows.model().index(1, 0))
    QTest.keyClick(rows, Qt.Key.Key_Delete)
    assert client.sent == [Skip(donation_message_id=UUID(int=2))]


@pytest.mark.parametrize("by_key", [True, False])
def test_skip_can_be_undone_from_the_toast(
    window: MainWindow,
    client: FakeClient,
    by_key: bool,  # noqa: FBT001
) -> None:
    client.tell(queue(playing=playing(item(1))))
    toast = inside(window).toast
    QTest.keyClick(window, Qt.Key.Key_S)
    assert toast.isVisible()
    assert "Budi 1" in toast.title.text()
    assert toast.more.text() == "Uangnya tetap masuk."
    if by_key:
        QTest.keyClick(window, Qt.Key.Key_U)
    else:
        QTest.mouseClick(toast.undo, Qt.MouseButton.LeftButton)
    assert client.sent[1:] == [Undo(donation_message_id=UUID(int=1))]


def test_undo_without_a_toast_means_the_latest(window: MainWindow, client: FakeClient) -> None:
    QTest.keyClick(window, Qt.Key.Key_U)
    assert client.sent == [Undo(donation_message_id=None)]


def test_toast_stays_clear_of_skip(window: MainWindow, client: FakeClient) -> None:
    window.resize(960, 600)
    client.tell(queue(item(2), playing=playing(item(1))))
    skip = inside(window).live.now_playing.skip
    QTest.keyClick(window, Qt.Key.Key_P)
    toast = inside(window).toast
    corner = skip.mapTo(inside(window), skip.rect().topLeft())
    assert not toast.geometry().intersects(skip.rect().translated(corner))
    assert not toast.geometry().intersects(inside(window).lights.geometry())


@pytest.mark.parametrize("language", list(Language))
def test_long_toast_shows_all_its_lines(open_window: OpenWindow, client: FakeClient, language: Language) -> None:
    window = open_window(language)
    client.tell(ADDRESS)
    QTest.keyClick(window, Qt.Key.Key_C)
    toast = inside(window).toast
    for line in (toast.title, toast.more):
        assert line.height() >= line.heightForWidth(line.width()), line.text()


def test_keys_work_while_a_list_has_the_focus(window: MainWindow, client: FakeClient) -> None:
    client.tell(queue(item(2), item(3), playing=playing(item(1))))
    rows = inside(window).live.queue.rows
    rows.setFocus()
    for key in (Qt.Key.Key_S, Qt.Key.Key_P, Qt.Key.Key_T, Qt.Key.Key_U):
        QTest.keyClick(rows, key)
    assert client.sent == [
        Skip(run_id=UUID(int=77)),
        Pause(),
        SendTestAlert(),
        Undo(donation_message_id=None),
    ]


def test_refused_command_says_why(window: MainWindow, client: FakeClient) -> None:
    client.refusal = ("Sudah selesai tampil", "Tidak perlu apa-apa.")
    client.tell(queue(playing=playing(item(1))))
    QTest.keyClick(window, Qt.Key.Key_S)
    toast = inside(window).toast
    assert (toast.title.text(), toast.more.text()) == client.refusal
    assert not toast.undo.isVisible()
    QTest.keyClick(window, Qt.Key.Key_S)
    assert len(client.sent) == 2, "after a refusal the same run can be tried again"


def test_pause_and_resume(window: MainWindow, client: FakeClient) -> None:
    client.tell(queue())
    QTest.keyClick(window, Qt.Key.Key_P)
    client.tell(queue(paused=True))
    assert inside(window).live.queue.pause.text() == "Lanjutkan"
    QTest.keyClick(window, Qt.Key.Key_P)
    assert client.sent == [Pause(), ResumeQueue()]


def test_a_panic_is_ended_where_a_pause_is(window: MainWindow, client: FakeClient) -> None:
    client.tell(queue(paused=True, panic=True))
    shown = inside(window).live.queue
    assert shown.pause.text() == "Akhiri panik"
    assert shown._panic_chip.isVisible()
    assert not shown._paused_chip.isVisible()
    QTest.keyClick(window, Qt.Key.Key_P)
    assert client.sent == [Release()]
    client.tell(queue())
    assert shown.pause.text() == "Jeda"


def test_a_held_donation_is_approved_where_it_stands(window: MainWindow, client: FakeClient) -> None:
    client.tell(queue(held=(item(5, state=ItemState.HELD),)))
    inside(window).live.needs_you.held_rows.asked.emit(item(5, state=ItemState.HELD))
    assert client.sent == [Approve(donation_message_id=UUID(int=5))]
    assert "Budi 5" in inside(window).toast.title.text()


def test_missed_is_answered_all_newest_none(window: MainWindow, client: FakeClient) -> None:
    missed = tuple(item(number, state=ItemState.MISSED) for number in range(7))
    client.tell(queue(missed=missed, missed_count=7))
    asks = inside(window).live.needs_you.missed
    assert "Rp175.000" in asks._summary.text()
    asks.how_many.setValue(3)
    for control in (asks.all, asks.newest, asks.none):
        QTest.mouseClick(control, Qt.MouseButton.LeftButton)
    QTest.keyClick(window, Qt.Key.Key_M)
    assert client.sent == [
        AnswerMissed(choice=MissedChoice.ALL),
        AnswerMissed(choice=MissedChoice.NEWEST, newest=3),
        AnswerMissed(choice=MissedChoice.NONE),
        AnswerMissed(choice=MissedChoice.ALL),
    ]
    client.tell(queue(missed=missed[:2], missed_count=900))
    assert "Rp" not in asks._summary.text(), "a sum of two of them would be a lie about 900"


def test_a_queue_that_is_run_elsewhere_is_taken_over_by_a_button(window: MainWindow, client: FakeClient) -> None:
    asks = inside(window).live.needs_you.elsewhere
    client.tell(queue())
    client.tell(lights())
    assert asks.isHidden()
    elsewhere = Light(state=LightState.DOWN, reason=LightReason.HELD_ELSEWHERE, detail="kamar at /home/budi/studio")
    client.tell(msgspec.structs.replace(lights(), queue=elsewhere))
    assert asks.isVisible()
    assert "/home/budi/studio" in asks._who.text()
    QTest.mouseClick(asks.take_over, Qt.MouseButton.LeftButton)
    assert client.sent == [TakeOver()]
    client.tell(lights())
    assert asks.isHidden()


def test_failed_is_tried_again(window: MainWindow, client: FakeClient) -> None:
    client.tell(queue(failed=(item(5, state=ItemState.UNPLAYABLE),)))
    rows = inside(window).live.needs_you.failed_rows
    spot = rows._delegate.action_box(rows.visualRect(rows.model().index(0, 0))).center()
    QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert client.sent == [Retry(donation_message_id=UUID(int=5))]


def test_lights_have_icon_word_and_explanation(window: MainWindow, client: FakeClient) -> None:
    client.tell(lights())
    strip = inside(window).lights
    assert strip.overlay.text() == "Overlay: 2 halaman"
    client.tell(lights(Light(state=LightState.ATTENTION, reason=LightReason.NO_PAGE)))
    assert strip.overlay.text() == "Overlay: belum ada halaman"
    assert strip.overlay.property("tone") == "accent"
    assert not strip.overlay.icon().isNull()
    QTest.mouseClick(strip.overlay, Qt.MouseButton.LeftButton)
    assert "Tarik ke OBS" in inside(window).notice.remedy.text()


def test_url_is_copied_dragged_and_never_shown(window: MainWindow, client: FakeClient) -> None:
    QTest.keyClick(window, Qt.Key.Key_C)
    assert inside(window).toast.title.text() == "Overlay belum siap"
    client.tell(ADDRESS, lights())
    QGuiApplication.clipboard().clear()
    QTest.keyClick(window, Qt.Key.Key_C)
    assert QGuiApplication.clipboard().text() == ADDRESS.url
    assert KEY not in words_on(window)
    assert KEY not in window.windowTitle()


def test_drag_carries_what_obs_reads() -> None:
    data = drag_data(ADDRESS, "Alert donasi")
    assert data.hasFormat("text/uri-list")
    sent = bytes(data.data("text/uri-list").data()).decode().strip()
    assert sent == (
        f"http://127.0.0.1:47830/overlay/{KEY}?v=1&layer-name=Alert%20donasi&layer-width=1280&layer-height=720"
    )


def test_test_alert_is_sent_and_shown_as_one(window: MainWindow, client: FakeClient) -> None:
    client.tell(queue())
    QTest.mouseClick(inside(window).live.now_playing._test, Qt.MouseButton.LeftButton)
    QTest.keyClick(window, Qt.Key.Key_T)
    QTest.mouseClick(inside(window).live.overlay.test, Qt.MouseButton.LeftButton)
    assert client.sent == [SendTestAlert()] * 3
    client.tell(queue(playing=playing(None)))
    card = inside(window).live.now_playing
    assert card._donor.text() == "Alert uji"
    assert not card._gross.isVisible()
    QTest.keyClick(window, Qt.Key.Key_S)
    assert client.sent[3:] == [Skip(run_id=UUID(int=77))]


def test_gross_and_net_stand_together(window: MainWindow, client: FakeClient) -> None:
    client.tell(queue(playing=playing(item(1))))
    card = inside(window).live.now_playing
    assert f"{card._gross.text()} {card._net.text()}" == "Rp25.000 · kamu terima Rp23.750"
    assert card._progress.share == pytest.approx(0.25)
    assert card._left.text() == "6 dtk lagi"


def test_run_that_is_not_painted_yet_has_no_progress(window: MainWindow, client: FakeClient) -> None:
    client.tell(queue(playing=playing(item(1), started_at=None)))
    assert inside(window).live.now_playing._progress.share == 0


def test_replay_of_the_chosen_donation(window: MainWindow, client: FakeClient) -> None:
    client.answers[DonationsPage] = Donations(donations=(item(1, state=ItemState.PLAYED), item(2)))
    content = inside(window)
    content.open_page(1)
    page = content.donations
    QTest.keyClick(window, Qt.Key.Key_R)
    assert content.toast.title.text() == "Pilih satu donasi dulu"
    page.table.selectRow(1)
    assert not page.replay.isEnabled(), "what still waits cannot be replayed"
    page.table.selectRow(0)
    QTest.mouseClick(page.replay, Qt.MouseButton.LeftButton)
    assert client.sent == [Replay(donation_message_id=UUID(int=1))]
    client.tell(DonationsChanged(donations=(item(1, state=ItemState.PLAYED, refunded=True), item(2))))
    assert not page.replay.isEnabled(), "a refunded one cannot be replayed"


def test_balances_show_debt_and_absent_wallets(window: MainWindow, client: FakeClient) -> None:
    client.tell(BalancesChanged(wallets=()))
    balances = inside(window).live.balances
    assert (balances.pending.text(), balances.cash.text()) == ("Rp0", "Rp0")
    cash = WalletLine(
        wallet_id=UUID(int=1), user_id=UUID(int=2), type="CASH", currency="IDR", balance=-5000, stored=-5000
    )
    client.tell(BalancesChanged(wallets=(cash,)))
    assert balances.cash.text() == "-Rp5.000"
    assert balances.cash.property("look") == "danger"
    assert inside(window).wallet.cards.cash.amount.text() == "-Rp5.000"
    assert inside(window).wallet.cards.cash.name.text() == "Utang"


def test_notice_says_what_to_do_and_can_be_put_away(window: MainWindow, client: FakeClient) -> None:
    client.tell(Notice(title="Folder data penuh", remedy="Kosongkan ruang di disk."))
    notice = inside(window).notice
    assert notice.isVisible()
    assert notice.remedy.text() == "Kosongkan ruang di disk."
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not notice.isVisible()
