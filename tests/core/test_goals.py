"""A goal says how far it is, in words that never promise too much."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from streamer_app.core.goals import goal_state
from streamer_app.core.widget_settings import GoalSettings
from streamer_app.core.widget_states import GoalShape, GoalState


def test_a_goal_on_its_way() -> None:
    settings = GoalSettings(target=1_000_000, raised_elsewhere=250_000, shape=GoalShape.RING)
    assert goal_state(settings, 500_000, "id") == GoalState(
        title="Target",
        shape=GoalShape.RING,
        raised_text="Rp750.000",
        target_text="Rp1.000.000",
        percent_text="75%",
        fraction=0.75,
        left_text="kurang Rp250.000",
    )


def test_more_than_all_is_shown_as_it_is() -> None:
    state = goal_state(GoalSettings(target=1_000, title=" Laptop "), 2_500, "en")
    assert (state.title, state.percent_text, state.fraction, state.left_text) == ("Laptop", "250%", 2.5, "")


def test_what_is_left_is_said_only_where_it_is_wanted() -> None:
    assert goal_state(GoalSettings(target=1_000, show_left=False), 0, "id").left_text == ""
    assert goal_state(GoalSettings(target=1_000), 0, "en").left_text == "Rp1.000 to go"


@given(st.integers(1, 10**15), st.integers(0, 10**15), st.integers(0, 10**18))
def test_a_hundred_percent_is_said_when_it_is_reached_and_never_before(target: int, elsewhere: int, here: int) -> None:
    state = goal_state(GoalSettings(target=target, raised_elsewhere=elsewhere), here, "id")
    is_reached = here + elsewhere >= target
    assert (int(state.percent_text.removesuffix("%")) >= 100) == is_reached
    assert (state.left_text == "") == is_reached
    assert state.fraction >= 0
