from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer_app.core.commands import CommandRefused, CommandResult
from streamer_app.core.control_picture import LISTED, ControlPicture, picture_of, refusal_for_key, result_for_key
from streamer_app.core.donations import Item, ItemState, Playing, QueueView
from streamer_app.core.errors import Reason
from streamer_app.core.events import Light, LightReason, Lights, LightState
from streamer_app.core.rights import EVERY_RIGHT, MODERATOR, Right
from streamer_app.core.rules import Finding, Rule, Ruling, Verdict

NOW = datetime(2026, 11, 28, tzinfo=UTC)
NAME = "Rahasia Besar"


def item(
    *,
    anonymous: bool = False,
    name: str | None = NAME,
    message: str | None = "semangat!",
    verdict: Verdict | None = None,
    amount: int = 987_654_321,
    reason: str | None = None,
) -> Item:
    return Item(
        donation_message_id=uuid4(),
        transaction_id=uuid4(),
        donor_name=name,
        is_anonymous=anonymous,
        message=message,
        amount=amount,
        net_amount=amount,
        currency="IDR",
        state=ItemState.WAITING,
        paid_at=NOW,
        verdict=verdict,
        reason=reason,
    )


def everywhere(one: Item) -> QueueView:
    playing = Playing(run_id=uuid4(), item=one, started_at=NOW, offset_ms=0, expected_ms=9000)
    each = (one,)
    return QueueView(
        revision=3, playing=playing, waiting=each, waiting_count=1, held=each, failed=each, missed=each, missed_count=1
    )


def seen(view: QueueView, *, rights: frozenset[Right] = MODERATOR, money: bool = False) -> ControlPicture:
    return picture_of(view, None, rights=rights, language="id", money=money)


def test_who_wants_no_name_has_none_wherever_they_stand() -> None:
    verdict = Verdict(
        ruling=Ruling.HOLD,
        findings=(Finding(Rule.BLOCKED_WORD, "Rahasia"), Finding(Rule.BLOCKED_DONOR, NAME), Finding(Rule.LINK, "a.id")),
        name="******* Besar",
        message="lihat ****",
    )
    picture = seen(everywhere(item(anonymous=True, verdict=verdict, message="lihat a.id")), rights=EVERY_RIGHT)
    said = msgspec.json.encode(picture).decode()
    assert "Rahasia" not in said
    assert "Besar" not in said
    assert picture.held[0].donor == "Seseorang"
    assert picture.held[0].findings == (
        Finding(Rule.BLOCKED_WORD),
        Finding(Rule.BLOCKED_DONOR),
        Finding(Rule.LINK, "a.id"),
    )
    assert picture.held[0].shown_message == "lihat ****"


@pytest.mark.parametrize(("language", "someone"), [("id", "Seseorang"), ("en", "Someone"), ("xx", "Seseorang")])
def test_a_donor_without_a_name_is_somebody_in_the_pages_language(language: str, someone: str) -> None:
    picture = picture_of(everywhere(item(name=None)), None, rights=MODERATOR, language=language, money=False)
    assert picture.waiting[0].donor == someone


@pytest.mark.parametrize(
    ("rights", "asked"), [(MODERATOR, True), (MODERATOR, False), (EVERY_RIGHT, False), (frozenset(), True)]
)
def test_amounts_need_the_right_and_the_switch(rights: frozenset[Right], asked: bool) -> None:  # noqa: FBT001
    verdict = Verdict(ruling=Ruling.HOLD, findings=(Finding(Rule.AT_LEAST, "987654321"),))
    picture = seen(everywhere(item(verdict=verdict, reason="at_least")), rights=rights, money=asked)
    said = msgspec.json.encode(picture).decode()
    assert "987654321" not in said
    assert "987.654.321" not in said
    assert not picture.money
    assert picture.held[0].reason is Rule.AT_LEAST


def test_with_both_the_amount_is_there() -> None:
    picture = seen(everywhere(item()), rights=EVERY_RIGHT, money=True)
    assert picture.money
    assert {each.amount_text for each in (*picture.waiting, *picture.held, *picture.failed)} == {"Rp987.654.321"}


@given(st.text(), st.text(), st.text(max_size=40))
def test_no_text_of_an_anonymous_donor_but_the_message_gets_out(name: str, message: str, word: str) -> None:
    verdict = Verdict(ruling=Ruling.MASK, findings=(Finding(Rule.BLOCKED_WORD, word),), name=word)
    donation = seen(everywhere(item(anonymous=True, name=name, message=message, verdict=verdict))).waiting[0]
    assert donation.donor == "Seseorang"
    assert donation.shown_donor is None
    assert all(finding.detail == "" or word in message for finding in donation.findings)


def test_lists_are_cut_and_counts_are_not() -> None:
    items = tuple(item() for _ in range(LISTED + 20))
    picture = seen(QueueView(revision=1, waiting=items, waiting_count=4321, held=items, failed=items[:3]))
    assert [len(each) for each in (picture.waiting, picture.held, picture.failed)] == [LISTED, LISTED, 3]
    assert (picture.waiting_count, picture.held_count, picture.failed_count) == (4321, LISTED + 20, 3)


def test_lights_are_told_without_computers_and_addresses() -> None:
    light = Light(state=LightState.DOWN, reason=LightReason.HELD_ELSEWHERE, detail="PC-KAMAR, /home/budi/data")
    lights = Lights(database=light, queue=light, overlay=light, speaker="OBS")
    said = msgspec.json.encode(picture_of(None, lights, rights=EVERY_RIGHT, language="id", money=True)).decode()
    assert "PC-KAMAR" not in said
    assert "held_elsewhere" in said


def test_before_there_is_a_queue_the_picture_says_so() -> None:
    picture = picture_of(None, None, rights=MODERATOR, language="id", money=False)
    assert not picture.ready
    assert picture.lights.database.reason is LightReason.STARTING


def test_answers_leave_out_what_a_key_is_not_told() -> None:
    result = CommandResult(command_id=uuid4(), revision=1, count=4, facts={"donor": NAME, "by": "account"})
    assert result_for_key(result).facts == {"by": "account"}
    refused = CommandRefused(
        command_id=uuid4(),
        revision=1,
        title="cli:budi was faster: skipped",
        remedy="Nothing was changed.",
        reason=Reason.SOMEBODY_WAS_FASTER,
        facts={"actor": "cli:budi", "did": "skipped", "state": "skipped", "holder": "PC-KAMAR"},
    )
    told = refusal_for_key(refused)
    assert told.facts == {"actor": "cli", "did": "skipped", "state": "skipped"}
    assert told.title == "cli was faster: skipped"
    elsewhere = msgspec.structs.replace(
        refused, title="This queue is run by PC-KAMAR", reason=Reason.HELD_ELSEWHERE, facts={"holder": "PC-KAMAR"}
    )
    assert "PC-KAMAR" not in msgspec.json.encode(refusal_for_key(elsewhere)).decode()
