"""One donation, from its rows to `played_at`, on every database and queue we support."""

from __future__ import annotations

import asyncio

from tests.end_to_end.conftest import World
from tests.end_to_end.scripted_page import ScriptedPage
from tests.end_to_end.studio_process import LONG_STAGE, until


async def test_a_donation_by_plain_sql_is_shown_and_gets_its_played_at(world: World) -> None:
    studio = world.profile.serve()
    async with ScriptedPage(studio.overlay_url) as page:
        donation = world.writer.donate(name="Budi", message="semangat!")
        shown = await page.next("alert.show")
        assert shown["message_id"] == str(donation.message_id)
        assert shown["alert"]["donor"] == "Budi"
        assert shown["alert"]["amount_text"] == "Rp25.000"
        assert shown["alert"]["message"] == "semangat!"
        await asyncio.to_thread(until, lambda: world.played_at(donation.message_id))
    assert world.runs(donation.message_id) == [("first", "played")]
    assert studio.stop() == 0


async def test_a_pending_payment_shows_nothing_until_it_is_paid(world: World) -> None:
    studio = world.profile.serve()
    async with ScriptedPage(studio.overlay_url) as page:
        pending = world.writer.donate(status="PENDING", name="Nanti")
        paid = world.writer.donate(name="Sekarang")
        assert (await page.next("alert.show"))["message_id"] == str(paid.message_id)
        await asyncio.to_thread(until, lambda: world.played_at(paid.message_id))
        assert world.played_at(pending.message_id) is None
        assert world.profile.ask("queue", "list")["waiting"] == []
        world.writer.mark_paid(pending)
        assert (await page.next("alert.show"))["message_id"] == str(pending.message_id)
        await asyncio.to_thread(until, lambda: world.played_at(pending.message_id))


async def test_messages_are_shown_in_the_order_they_were_paid(world: World) -> None:
    studio = world.profile.serve()
    # A studio that takes commands is past its start: what comes now was not missed.
    world.profile.ask("queue", "pause")
    donations = [world.writer.donate(name=f"Donor {n}", paid_ago=f"{n} milliseconds") for n in range(20, 0, -1)]
    async with ScriptedPage(studio.overlay_url) as page:
        await asyncio.to_thread(world.profile.ask, "queue", "resume")
        order = [(await page.next("alert.show"))["message_id"] for _ in donations]
    assert order == [str(donation.message_id) for donation in donations]


async def test_killed_with_a_message_on_screen_it_resumes_where_the_page_is(world: World) -> None:
    world.profile.stage = dict(LONG_STAGE)
    studio = world.profile.serve()
    async with ScriptedPage(studio.overlay_url, finishes=False) as page:
        donation = world.writer.donate()
        run = await page.next("alert.show")
        await page.start(run)
        await asyncio.to_thread(
            until, lambda: world.rows("SELECT 1 FROM streamer_app.playback_run_starts WHERE run_id = %s", run["run_id"])
        )
        studio.kill()
        await page.gone()
    assert world.played_at(donation.message_id) is None
    again = world.profile.serve()
    resume = {"run_id": run["run_id"], "shown_ms": 20_000, "ended": False}
    async with ScriptedPage(again.overlay_url, finishes=False, resume=resume) as page:
        resumed = await page.next("alert.show")
        assert resumed["message_id"] == str(donation.message_id)
        assert resumed["run_id"] != run["run_id"]
        assert resumed["offset_ms"] == 20_000
        assert resumed["continues_run_id"] == run["run_id"]
        assert resumed["chime"] is False
        assert world.runs(donation.message_id) == [("first", "interrupted"), ("first", None)]
        assert world.played_at(donation.message_id) is None
        skipped = await asyncio.to_thread(world.profile.ask, "queue", "skip")
        assert skipped["donation_message_id"] == str(donation.message_id)
        assert (await page.next("alert.stop"))["run_id"] == resumed["run_id"]
    assert world.runs(donation.message_id) == [("first", "interrupted"), ("first", "skipped")]


async def test_an_anonymous_donor_is_in_no_frame(one_world: World) -> None:
    studio = one_world.profile.serve()
    async with ScriptedPage(studio.overlay_url) as page:
        one_world.writer.donate(name="Rahasia Besar", message="halo", anonymous=True)
        shown = await page.next("alert.show")
        assert shown["alert"]["donor"] == "Seseorang"
        assert not [frame for frame in page.frames if "Rahasia" in frame]


async def test_odd_words_play_like_any_others(one_world: World) -> None:
    studio = one_world.profile.serve()
    words = [
        (None, None),
        ("\U0001f468\u200d\U0001f469\u200d\U0001f467" * 20, "\U0001f389" * 100),
        ("\u0645\u0631\u062d\u0628\u0627", "\u202e\u0007abc\u0000"[:-1] + "\u05e9\u05dc\u05d5\u05dd"),
        ("Panjang", "kata " * 2_000),
    ]
    async with ScriptedPage(studio.overlay_url) as page:
        donations = [one_world.writer.donate(name=name, message=message) for name, message in words]
        shown = [await page.next("alert.show") for _ in donations]
        await asyncio.to_thread(until, lambda: all(one_world.played_at(each.message_id) for each in donations))
    assert shown[0]["alert"]["donor"] == "Seseorang"
    assert shown[0]["alert"]["message"] == ""
    assert "\u202e" not in shown[2]["alert"]["message"]
    assert len(shown[3]["alert"]["message"]) <= 300


async def test_a_refund_takes_it_off_the_stage_and_out_of_the_queue(one_world: World) -> None:
    one_world.profile.stage = dict(LONG_STAGE)
    studio = one_world.profile.serve()
    async with ScriptedPage(studio.overlay_url, finishes=False) as page:
        playing, waiting = one_world.writer.donate(name="Satu"), one_world.writer.donate(name="Dua")
        run = await page.next("alert.show")
        await page.start(run)
        one_world.writer.mark_refunded(waiting)
        one_world.writer.mark_refunded(playing)
        assert (await page.next("alert.stop"))["run_id"] == run["run_id"]
        await asyncio.to_thread(until, lambda: one_world.runs(playing.message_id) == [("first", "withdrawn")])
        await asyncio.to_thread(until, lambda: one_world.profile.ask("queue", "list")["waiting"] == [])
        assert one_world.runs(waiting.message_id) == []
        refused = one_world.profile.run("queue", "replay", str(waiting.message_id))
        assert refused.returncode == 1
        assert "refunded" in refused.stderr


async def test_an_odd_date_of_another_program_stops_nobody_elses_message(one_world: World) -> None:
    studio = one_world.profile.serve()
    async with ScriptedPage(studio.overlay_url) as page:
        odd = one_world.writer.donate(name="Kelak", status="PENDING")
        one_world.rows(
            "UPDATE transactions SET status = 'PAID', paid_at = 'infinity' WHERE id = %s RETURNING 1",
            odd.transaction_id,
        )
        assert (await page.next("alert.show"))["message_id"] == str(odd.message_id)
        plain = one_world.writer.donate(name="Biasa")
        assert (await page.next("alert.show"))["message_id"] == str(plain.message_id)
