"""A donathon's clock agrees with one that is wound by hand, whatever is given, paused and refunded."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer_app.core import donathon
from streamer_app.core.widget_settings import ClockPause, TimerSettings
from streamer_app.core.widget_states import MediaNowState, TimerState

START = datetime(2026, 11, 27, 13, 0, tzinfo=UTC)
MINUTE = 60_000


def minute(number: int) -> datetime:
    return START + timedelta(minutes=number)


def gift(number: int, minutes: int) -> tuple[int, int]:
    return donathon.to_ms(minute(number)), minutes * 10_000


def left(settings: TimerSettings, gifts: list[tuple[int, int]], now: int) -> float:
    return donathon.timer_state(settings, gifts, minute(now), "id").left_ms / MINUTE


def timer(**changes: object) -> TimerSettings:
    return TimerSettings(**({"start": START} | changes))  # type: ignore[arg-type]


def wound_by_hand(gifts: dict[int, int], stands: set[int], *, initial: int, most: int | None, until: int) -> int:
    """Minutes left: each minute its donations first, then the minute passes unless the clock stands or is at zero."""
    given = min(initial, most) if most is not None else initial
    now_left, wanted = given, initial
    for number in range(until + 1):
        wanted += gifts.get(number, 0)
        more = (wanted if most is None else min(wanted, most)) - given
        given += more
        now_left += more
        if number < until and number not in stands:
            now_left = max(0, now_left - 1)
    return now_left


@given(
    gifts=st.dictionaries(st.integers(0, 300), st.integers(1, 90), max_size=12),
    pauses=st.lists(st.tuples(st.integers(0, 300), st.integers(0, 60)), max_size=4),
    stands_since=st.none() | st.integers(0, 320),
    initial=st.integers(0, 120),
    most=st.none() | st.integers(1, 300),
    until=st.integers(0, 320),
)
def test_it_agrees_with_one_wound_by_hand(
    gifts: dict[int, int],
    pauses: list[tuple[int, int]],
    stands_since: int | None,
    initial: int,
    most: int | None,
    until: int,
) -> None:
    if stands_since is not None:
        stands_since = min(stands_since, until)
    stands = {number for since, length in pauses for number in range(since, since + length)}
    if stands_since is not None:
        stands |= set(range(stands_since, until + 1))
    settings = timer(
        initial_minutes=initial,
        most_minutes=most,
        pauses=tuple(ClockPause(since=minute(since), until=minute(since + length)) for since, length in pauses),
        paused_at=None if stands_since is None else minute(stands_since),
    )
    told = [gift(number, minutes) for number, minutes in sorted(gifts.items()) if number <= until]
    assert left(settings, told, until) == wound_by_hand(gifts, stands, initial=initial, most=most, until=until)


@given(
    st.lists(st.tuples(st.integers(0, 10**7), st.integers(1, 10**9)), max_size=20),
    st.integers(0, 10**7),
    st.integers(0, 10**6),
)
def test_it_is_never_below_zero_and_time_only_takes(gifts: list[tuple[int, int]], now: int, later: int) -> None:
    begun = donathon.to_ms(START)
    told = [(begun + at, amount) for at, amount in sorted(gifts) if at <= now]
    first = donathon.timer_state(timer(), told, START + timedelta(milliseconds=now), "id")
    second = donathon.timer_state(timer(), told, START + timedelta(milliseconds=now + later), "id")
    assert 0 <= second.left_ms <= first.left_ms
    assert second.left_ms == max(0, first.left_ms - later)
    assert first.running == (first.left_ms > 0)


def test_it_stands_before_it_has_begun() -> None:
    state = donathon.timer_state(TimerSettings(initial_minutes=90), [gift(0, 60)], minute(0), "id")
    assert state == TimerState(
        title="Donathon", left_ms=90 * MINUTE, running=False, over_text="Waktu habis!", rate_text="Rp10.000 = 1 menit"
    )
    ahead = timer(start=minute(60))
    assert donathon.timer_state(ahead, [gift(-5, 60)], minute(0), "en").left_ms == 60 * MINUTE
    assert not donathon.timer_state(ahead, [], minute(0), "en").running


def test_part_of_the_rate_is_part_of_a_minute() -> None:
    assert left(timer(), [(donathon.to_ms(minute(1)), 2_500)], 1) == 59.25


def test_a_donation_after_zero_starts_it_again_from_zero() -> None:
    assert left(timer(initial_minutes=10), [], 30) == 0
    assert left(timer(initial_minutes=10), [gift(30, 5)], 30) == 5
    assert left(timer(initial_minutes=10), [gift(30, 5)], 33) == 2


def test_a_cap_holds_for_all_that_was_given() -> None:
    settings = timer(initial_minutes=10, most_minutes=15)
    assert left(settings, [gift(0, 60)], 0) == 15
    assert left(settings, [gift(0, 60)], 20) == 0
    assert left(settings, [gift(0, 60), gift(20, 60)], 20) == 0, "the cap is from the start on"
    assert left(timer(initial_minutes=60, most_minutes=30), [], 0) == 30


def test_it_is_started_paused_and_resumed() -> None:
    settings = donathon.started(timer(paused_ms=5, paused_at=minute(1)), minute(100))
    assert (settings.start, settings.paused_at, settings.paused_ms) == (minute(100), None, 0)
    standing = donathon.paused(settings, minute(110))
    assert left(standing, [], 150) == 50
    assert not donathon.timer_state(standing, [], minute(150), "id").running
    assert left(standing, [gift(120, 5)], 150) == 55, "donations count during a pause"
    going = donathon.resumed(standing, minute(150))
    assert left(going, [], 155) == 45
    assert left(donathon.resumed(donathon.paused(going, minute(155)), minute(165)), [], 170) == 40
    with pytest.raises(ValueError, match="clock"):
        donathon.paused(standing, minute(1))
    with pytest.raises(ValueError, match="clock"):
        donathon.resumed(going, minute(1))
    with pytest.raises(ValueError, match="run"):
        donathon.paused(TimerSettings(), minute(1))
    too_often = msgspec.structs.replace(standing, pauses=(ClockPause(since=START, until=START),) * donathon.MOST_PAUSES)
    with pytest.raises(ValueError, match="too often"):
        donathon.resumed(too_often, minute(200))


def test_pauses_of_which_no_more_is_known_count_too() -> None:
    assert left(timer(paused_ms=10 * MINUTE), [], 30) == 40


def test_what_counts_down_goes_on_for_a_page_that_comes_later() -> None:
    running = donathon.timer_state(timer(), [], minute(10), "id")
    later = donathon.aged(running, 2_000)
    assert isinstance(later, TimerState)
    assert later.left_ms == 50 * MINUTE - 2_000
    standing = msgspec.structs.replace(running, running=False)
    assert donathon.aged(standing, 2_000) == standing
    video = MediaNowState(donor_text="Video dari Budi", title="", left_ms=1_000, total_ms=9_000)
    aged = donathon.aged(video, 2_000)
    assert isinstance(aged, MediaNowState)
    assert aged.left_ms == 0
