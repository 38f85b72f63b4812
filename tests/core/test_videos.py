"""How much of a video a donation buys."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer_app.core.donations import MediaRequest
from streamer_app.core.overlay_settings import MediaSettings
from streamer_app.core.videos import NoVideo, PlayPlan, is_video_id, paid_for, plan, why_not

ID = "dQw4w9WgXcQ"
SETTINGS = MediaSettings(price_per_second=1_000, most_seconds=120)


def asked(
    start: int | None = None, end: int | None = None, length: int | None = None, video_id: str | None = ID
) -> MediaRequest:
    return MediaRequest(
        kind="YOUTUBE", video_id=video_id, start_seconds=start, end_seconds=end, duration_seconds=length
    )


@pytest.mark.parametrize(
    ("request_", "amount", "expected"),
    [
        (asked(), 25_999, PlayPlan(0, 25)),
        (asked(), 500_000, PlayPlan(0, 120)),
        (asked(30), 25_000, PlayPlan(30, 25)),
        (asked(30, 40), 25_000, PlayPlan(30, 10)),
        (asked(30, 90), 25_000, PlayPlan(30, 25, cut=True)),
        (asked(0, 300), 500_000, PlayPlan(0, 120, cut=True)),
        (asked(30, 90, 50), 50_000, PlayPlan(30, 20)),
        (asked(30, None, 40), 50_000, PlayPlan(30, 10)),
        (asked(50, None, 50), 50_000, NoVideo.BEHIND_END),
        (asked(30, 30), 50_000, NoVideo.BAD_RANGE),
        (asked(30, 20), 50_000, NoVideo.BAD_RANGE),
        (asked(-1), 50_000, NoVideo.BAD_RANGE),
        (asked(10**6), 50_000, NoVideo.BAD_RANGE),
        (asked(), 999, NoVideo.NOT_PAID),
        (asked(length=0), 5_000, PlayPlan(0, 5)),
        (asked(video_id=None), 5_000, NoVideo.NO_ID),
    ],
)
def test_what_is_bought(request_: MediaRequest, amount: int, expected: object) -> None:
    assert plan(request_, amount, SETTINGS) == expected


def test_without_a_price_the_longest_allowed_is_played() -> None:
    assert plan(asked(), 1, MediaSettings(price_per_second=0, most_seconds=60)) == PlayPlan(0, 60)


@pytest.mark.parametrize(
    "text",
    [None, "", "short", ID + "x", ID[:-1] + "\n", ID[:-1] + "/", "../../../..", '"><script>a', "dQw4w9WgXc\u0661"],
)
def test_what_is_no_id_is_never_put_into_an_address(text: str | None) -> None:
    assert not is_video_id(text)
    assert plan(asked(video_id=text), 50_000, SETTINGS) is NoVideo.NO_ID


@given(
    st.none() | st.integers(-10, 10**6),
    st.none() | st.integers(-10, 10**6),
    st.none() | st.integers(-10, 10**6),
    st.integers(0, 10**9),
    st.integers(0, 10**5),
    st.integers(1, 3600),
)
def test_nobody_gets_more_than_was_paid_for_asked_for_or_allowed(
    start: int | None, end: int | None, length: int | None, amount: int, price: int, most: int
) -> None:
    settings = MediaSettings(price_per_second=price, most_seconds=most)
    found = plan(asked(start, end, length), amount, settings)
    if isinstance(found, PlayPlan):
        assert 1 <= found.play_seconds <= most
        assert found.play_seconds * price <= amount
        assert found.start_seconds == (start or 0) >= 0
        if end is not None:
            assert found.start_seconds + found.play_seconds <= end
        if length is not None and length > 0:
            assert found.start_seconds + found.play_seconds <= length


def test_every_reason_has_words_in_both_languages() -> None:
    for reason in NoVideo:
        assert why_not(reason, "id") != why_not(reason, "en")
        assert why_not(reason, "xx") == why_not(reason, "id")
    assert paid_for(25, "id") == "Dibayar untuk 25 detik"
    assert (paid_for(25, "en"), paid_for(1, "en")) == ("Paid for 25 seconds", "Paid for 1 second")
