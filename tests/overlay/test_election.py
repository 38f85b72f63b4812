from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from streamer_app.overlay.election import Candidate, elect


def candidate(name: str, arrival: int, *, in_obs: bool = True, active: bool | None = True) -> Candidate:
    return Candidate(name, in_obs=in_obs, active=active, visible=True, arrival=arrival)


def test_nobody_there_nobody_speaks() -> None:
    assert elect([], None) is None
    assert elect([], "gone") is None


def test_an_obs_page_beats_a_browser_page_and_one_on_air_beats_both() -> None:
    browser = candidate("browser", 1, in_obs=False)
    off_air = candidate("off air", 2, active=False)
    unknown = candidate("unknown", 3, active=None)
    on_air = candidate("on air", 4)
    assert elect([browser], None) == "browser"
    assert elect([browser, off_air], "browser") == "off air"
    assert elect([browser, off_air, unknown], "off air") == "unknown"
    assert elect([browser, off_air, unknown, on_air], "unknown") == "on air"


def test_of_equals_the_speaker_keeps_else_the_first_to_come() -> None:
    first, second = candidate("first", 1), candidate("second", 2)
    assert elect([second, first], None) == "first"
    assert elect([first, second], "second") == "second"


def test_a_hidden_source_is_not_on_air() -> None:
    hidden = Candidate("hidden", in_obs=True, active=True, visible=False, arrival=1)
    assert not hidden.on_air
    assert elect([hidden, candidate("unknown", 2, active=None)], "hidden") == "unknown"


def test_a_browser_page_is_always_on_air() -> None:
    assert Candidate("tab", in_obs=False, active=False, visible=False, arrival=1).on_air


@given(
    st.lists(
        st.builds(
            Candidate,
            page_instance=st.sampled_from("abcdef"),
            in_obs=st.booleans(),
            active=st.none() | st.booleans(),
            visible=st.booleans(),
            arrival=st.integers(1, 99),
        ),
        unique_by=(lambda page: page.page_instance, lambda page: page.arrival),
    ),
    st.none() | st.sampled_from("abcdef"),
    st.randoms(),
)
def test_the_result_is_best_stable_and_independent_of_order(
    pages: list[Candidate], incumbent: str | None, randomness: object
) -> None:
    winner = elect(pages, incumbent)
    assert (winner is None) == (not pages)
    if winner is not None:
        standing = {page.page_instance: page.standing for page in pages}
        assert standing[winner] == max(standing.values())
        assert elect(pages, winner) == winner
        randomness.shuffle(pages)  # type: ignore[attr-defined]
        assert elect(pages, incumbent) == winner
