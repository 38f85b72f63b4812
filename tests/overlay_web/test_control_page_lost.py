"""The control page when the connection, the studio or its own key is lost."""

from __future__ import annotations

from playwright.sync_api import expect

from streamer_app.core import commands
from tests.overlay_web.conftest import OpenControl
from tests.overlay_web.control_house import (
    ControlHouse,
    panic,
    row,
    said,
    six,
)


def test_a_lost_connection_is_said_and_what_is_pressed_meanwhile_is_done_once_it_is_back(
    house: ControlHouse, open_control: OpenControl
) -> None:
    house.show(six())
    page = open_control()
    house.stop()
    expect(page.locator(".status")).to_have_attribute("data-tone", "danger")
    expect(said(page)).to_contain_text("Terputus")
    panic(page).click()
    row(page, "Dua").get_by_text("Tahan").click()
    expect(said(page)).to_have_text("Terputus. 2 perintah dikirim begitu tersambung.")
    house.listen()
    house.wait_for(commands.Hold)
    assert [type(each.action) for each in house.asked()] == [commands.Panic, commands.Hold]
    expect(page.locator(".status")).not_to_have_attribute("data-tone", "danger")


def test_a_command_whose_answer_was_lost_is_sent_again_under_its_own_id(
    house: ControlHouse, open_control: OpenControl
) -> None:
    house.show(six())
    page = open_control()
    house.run_here(house.studio.gate.clear)
    panic(page).click()
    first = house.wait_for(commands.Panic)
    house.cut()
    again = house.wait_for(commands.Panic, count=2)
    house.run_here(house.studio.gate.set)
    assert first.id == again.id
    expect(said(page)).to_have_text("Panik menyala")
    assert list(house.studio.done) == [first.id]


def test_a_page_that_comes_back_is_sent_no_picture_it_has(house: ControlHouse, open_control: OpenControl) -> None:
    house.show(six())
    frames: list[str] = []
    page = open_control(frames=frames)
    house.cut()
    expect(page.locator(".status")).to_have_attribute("data-tone", "danger")
    expect(said(page)).to_have_text("Tersambung")
    page.get_by_text("Urungkan").click()
    expect(said(page)).to_have_text("Kembali ke antrean")
    assert sum('"type":"hello"' in frame for frame in frames) == 2
    assert sum('"type":"picture"' in frame for frame in frames) == 1


def test_a_revoked_key_is_told_so_and_comes_back_no_more(house: ControlHouse, open_control: OpenControl) -> None:
    house.show(six())
    page = open_control()
    house.revoke("Sari")
    expect(said(page)).to_contain_text("Alamat ini tidak berlaku lagi")
    assert page.locator("button:visible").count() == 0


def test_a_key_that_was_revoked_while_the_page_was_away_is_told_so_too(
    house: ControlHouse, open_control: OpenControl
) -> None:
    page = open_control()
    house.stop()
    expect(said(page)).to_contain_text("Terputus")
    house.revoke("Sari")
    house.listen()
    expect(said(page)).to_contain_text("Alamat ini tidak berlaku lagi", timeout=15_000)
