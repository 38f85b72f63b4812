"""The control page in Chromium, at the width of a dock: what it shows, what it sends, and that nothing jumps."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from streamer_app.core import commands
from streamer_app.core.donations import ItemState
from streamer_app.core.errors import CommandRefusedError, DatabaseUnavailableError, Reason
from streamer_app.core.rights import EVERY_RIGHT, MODERATOR, Right
from streamer_app.core.rules import Finding, Rule, Ruling, Verdict
from tests.overlay_web.conftest import OpenControl
from tests.overlay_web.control_house import (
    ControlHouse,
    an_item,
    button,
    donors,
    panic,
    playing,
    queue,
    row,
    said,
    six,
)


def test_it_shows_what_plays_waits_is_held_and_failed(house: ControlHouse, open_control: OpenControl) -> None:
    verdict = Verdict(ruling=Ruling.HOLD, findings=(Finding(Rule.BLOCKED_WORD, "kasar"),), message="kata *****")
    held = an_item("Toni", "kata kasar", state=ItemState.HELD, reason="blocked_word", verdict=verdict)
    house.show(
        queue(
            an_item("Budi", "semangat!"),
            an_item(None, "", anonymous=True, replay=True),
            waiting_count=77,
            held=(held,),
            failed=(an_item("Gagal", state=ItemState.UNPLAYABLE),),
            missed_count=12,
            playing=playing(an_item("Dina", "halo")),
        )
    )
    page = open_control()
    stage = page.locator(".stage")
    expect(stage).to_contain_text("Sedang tampil")
    expect(stage).to_contain_text("Dina")
    expect(page.get_by_role("heading", name="Menunggu (77)")).to_be_visible()
    assert donors(page) == ["Budi", "Seseorang"]
    expect(row(page, "Seseorang")).to_contain_text("anonim · putar ulang")
    expect(row(page, "Toni")).to_contain_text("Tampil sebagai: kata *****")
    expect(row(page, "Toni")).to_contain_text("kata terlarang: kasar")
    expect(page.get_by_role("heading", name="Gagal tampil (1)")).to_be_visible()
    expect(page.get_by_text("12 terlewat")).to_be_visible()
    expect(page.get_by_text("dan 75 lagi")).to_be_visible()
    expect(page.locator(".name")).to_have_text("Sari")
    assert page.title() == "Kendali antrean"


def test_every_button_sends_its_command_in_the_name_of_the_key(house: ControlHouse, open_control: OpenControl) -> None:
    held, failed = an_item("Toni", state=ItemState.HELD), an_item("Gagal", state=ItemState.UNPLAYABLE)
    view = queue(
        *(an_item(name) for name in ("Satu", "Dua", "Tiga")),
        held=(held,),
        failed=(failed,),
        playing=playing(an_item("Dina")),
        muted=("media",),
    )
    house.show(view)
    page = open_control()
    first, second, third = (item.donation_message_id for item in view.waiting)

    def asked(press: Callable[[], object], action: commands.Action) -> None:
        press()
        command = house.wait_for(
            type(action), sum(isinstance(each.action, type(action)) for each in house.asked()) or 1
        )
        assert command.action == action
        assert command.actor == "Sari"
        house.run_here(house.studio.asked.clear)

    assert view.playing is not None
    asked(
        button(page.locator(".stage"), "Lewati yang sedang tampil. Uangnya tetap masuk.").click,
        commands.Skip(run_id=view.playing.run_id),
    )
    asked(row(page, "Dua").get_by_text("Lewati").click, commands.Skip(donation_message_id=second))
    asked(row(page, "Dua").get_by_text("Tahan").click, commands.Hold(donation_message_id=second))
    asked(button(page, "Majukan Dua satu urutan").click, commands.Move(donation_message_id=second, position=1))
    asked(button(page, "Pindahkan Tiga ke paling depan").click, commands.Move(donation_message_id=third, position=1))
    place = page.get_by_label("Urutan Satu")
    place.focus()
    asked(lambda: place.select_option("3"), commands.Move(donation_message_id=first, position=3))
    asked(button(page, "Setujui Toni").click, commands.Approve(donation_message_id=held.donation_message_id))
    asked(page.get_by_text("Tolak").click, commands.Reject(donation_message_id=held.donation_message_id))
    asked(page.get_by_text("Coba lagi").click, commands.Retry(donation_message_id=failed.donation_message_id))
    asked(page.get_by_text("Urungkan").click, commands.Undo())
    asked(page.get_by_text("Jeda", exact=True).click, commands.Pause())
    asked(button(page, "Bisukan Alert").click, commands.Mute(channels=(commands.Channel.ALERT,)))
    asked(button(page, "Bisukan Suara").click, commands.Mute(channels=(commands.Channel.SPEECH,)))
    asked(button(page, "Bunyikan Media lagi").click, commands.Unmute(channels=(commands.Channel.MEDIA,)))
    asked(panic(page).click, commands.Panic())
    house.show(queue(paused=True))
    asked(page.get_by_text("Lanjutkan").click, commands.ResumeQueue())
    house.show(queue(paused=True, panic=True))
    asked(page.get_by_text("Lepas panik").click, commands.Release())


def test_a_press_shows_that_it_is_on_its_way_and_is_sent_once(house: ControlHouse, open_control: OpenControl) -> None:
    house.show(six())
    page = open_control()
    house.run_here(house.studio.gate.clear)
    pause = page.get_by_text("Jeda", exact=True)
    pause.dblclick()
    expect(said(page)).to_have_text("Mengirim…")
    expect(page.locator("button[aria-busy=true]")).to_have_count(1)
    house.wait_for(commands.Pause)
    house.run_here(house.studio.gate.set)
    expect(said(page)).to_have_text("Antrean dijeda")
    expect(page.locator("button[aria-busy=true]")).to_have_count(0)
    assert len(house.asked()) == 1


@pytest.mark.parametrize(
    ("lang", "sentence"), [("id", "Sudah dilewati oleh Andi."), ("en", "Already skipped by Andi.")]
)
def test_a_refusal_is_said_in_words(house: ControlHouse, open_control: OpenControl, lang: str, sentence: str) -> None:
    house.show(six())
    page = open_control(lang=lang)
    house.studio.failure = CommandRefusedError(
        "Andi was faster", "x", reason=Reason.SOMEBODY_WAS_FASTER, facts={"actor": "Andi", "did": "skipped"}
    )
    row(page, "Dua").locator("button", has_text="Lewati" if lang == "id" else "Skip").click()
    expect(said(page)).to_have_text(sentence)
    house.studio.failure = DatabaseUnavailableError("db", "x", reason=Reason.DATABASE_AWAY)
    row(page, "Dua").locator("button", has_text="Lewati" if lang == "id" else "Skip").click()
    expect(said(page)).to_contain_text("Database tidak menjawab" if lang == "id" else "The database does not answer")


def test_buttons_a_key_has_no_right_for_are_not_there(house: ControlHouse, open_control: OpenControl) -> None:
    house.show(queue(an_item(), held=(an_item(),), failed=(an_item(),), playing=playing(an_item())))
    page = open_control("Tamu", frozenset())
    expect(page.get_by_text("Kunci ini hanya untuk melihat.")).to_be_visible()
    assert page.locator("button:visible:not(.message), select:visible").count() == 0
    page = open_control("Panik", frozenset({Right.PANIC}))
    assert page.locator("button:visible:not(.message)").all_inner_texts() == ["Alert", "Suara", "Media", "PANIK"]
    page = open_control("Antrean", frozenset({Right.STEER}))
    expect(panic(page)).to_be_hidden()
    expect(page.get_by_text("Jumlah")).to_be_hidden()


def test_amounts_are_in_no_frame_before_they_are_asked_for_and_never_without_the_right(
    house: ControlHouse, open_control: OpenControl
) -> None:
    hidden, held = an_item("Nama Rahasia", anonymous=True, amount=987_654_321), an_item("Toni", amount=432_109_876)
    house.show(queue(hidden, held=(held,)))
    frames: list[str] = []
    page = open_control("Uang", EVERY_RIGHT, frames=frames)
    assert not any(figure in "".join(frames) for figure in ("987654321", "987.654.321", "432109876", "432.109.876"))
    button(page, "Tampilkan jumlah donasi").click()
    expect(page.get_by_text("Rp987.654.321")).to_be_visible()
    button(page, "Sembunyikan jumlah donasi").click()
    expect(page.get_by_text("Rp987.654.321")).to_have_count(0)
    page.reload()
    page.wait_for_selector("main:not(.loading)")
    expect(page.get_by_text("Rp432.109.876")).to_have_count(0)
    others: list[str] = []
    open_control("Sari", MODERATOR, frames=others)
    assert others
    assert not any(figure in "".join(others) for figure in ("987654321", "987.654.321", "432109876", "432.109.876"))
    assert "Rahasia" not in "".join(frames + others)


def test_nothing_moves_under_the_pointer(house: ControlHouse, open_control: OpenControl) -> None:
    view = six()
    house.show(view)
    page = open_control(size=(300, 1400))
    page.get_by_text("pesan Tiga").hover()
    before = row(page, "Tiga").bounding_box()
    turned = tuple(reversed(view.waiting))
    moved_at = time.monotonic()
    house.show(queue(*turned[:-1], held=(an_item("Baru", state=ItemState.HELD),), waiting_count=5, revision=11))
    expect(page.get_by_role("heading", name="Menunggu (5)")).to_be_visible()
    expect(row(page, "Satu")).to_have_class("card row waiting gone")
    assert row(page, "Tiga").bounding_box() == before
    assert donors(page) == ["Satu", "Dua", "Tiga", "Empat", "Lima", "Enam"]
    page.mouse.move(5, 5)
    expect(row(page, "Baru")).to_be_visible()
    assert donors(page) == ["Enam", "Lima", "Empat", "Tiga", "Dua"]
    assert time.monotonic() - moved_at < 3


def test_a_pointer_that_stays_holds_nothing_back_for_longer_than_three_seconds(
    house: ControlHouse, open_control: OpenControl
) -> None:
    view = six()
    house.show(view)
    page = open_control()
    page.get_by_text("pesan Satu").hover()
    house.show(queue(*reversed(view.waiting), revision=11))
    began = time.monotonic()
    expect(page.locator(".row.waiting .donor").first).to_have_text("Enam")
    assert 2.5 < time.monotonic() - began < 5


def test_a_keyboard_reaches_everything_and_keeps_its_place(house: ControlHouse, open_control: OpenControl) -> None:
    view = six()
    house.show(view)
    page = open_control("Uang", EVERY_RIGHT)
    names = []
    for _ in range(60):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.ariaLabel ?? document.activeElement.textContent"))
    for name in (
        "Tampilkan jumlah donasi",
        "Jeda setelah alert ini selesai",
        "Bisukan Alert",
        "Urutan Dua",
        "pesan Dua",
        "Tahan Dua. Uangnya tetap masuk.",
        "Pindahkan Enam ke paling depan",
    ):
        assert name in names
    assert any(name.startswith("Kosong dan sunyi") for name in names)
    hold = row(page, "Tiga").locator("button", has_text="Tahan")
    hold.focus()
    house.show(queue(*reversed(view.waiting), revision=11))
    expect(page.locator(".row.waiting .donor").first).to_have_text("Enam")
    expect(hold).to_be_focused()
    rest = [item for item in view.waiting if item.donor_name != "Tiga"]
    house.show(queue(*rest, revision=12))
    expect(row(page, "Tiga")).to_have_count(0)
    assert page.evaluate("document.activeElement.closest('li.row') !== null"), "the neighbour has the focus"


def test_changes_are_spoken_to_who_cannot_see_them(house: ControlHouse, open_control: OpenControl) -> None:
    house.show(queue())
    page = open_control()
    voice = page.locator("[aria-live=polite].unseen")
    house.show(queue(playing=playing(an_item("Dina")), held=(an_item("Toni", state=ItemState.HELD),), revision=11))
    expect(voice).to_have_text("Tampil: Dina. Ditahan: Toni")
    house.show(queue(panic=True, paused=True, revision=12))
    expect(voice).to_have_text("Panik menyala")
