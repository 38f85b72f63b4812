"""A pinned page speaks as long as it is here."""

from __future__ import annotations

from uuid import uuid4

import msgspec
import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from streamer_app.core.overlay_protocol import Role, RoleChanged, SourceActive
from streamer_app.overlay.election import Candidate, elect
from streamer_app.overlay.hub import Hub
from tests.overlay.conftest import Join
from tests.overlay.doubles import SETTINGS, Clock, Connection, Listener, a_run, finished, identify, started


def speaks(hub: Hub) -> str | None:
    return hub.speaker.page_instance.removeprefix("page-") if hub.speaker else None


def test_a_pinned_page_speaks_at_once_when_nothing_is_on_stage(hub: Hub, join: Join, listener: Listener) -> None:
    obs, browser = join("obs"), join("browser", in_obs=False)
    assert hub.pin("page-browser")
    assert (speaks(hub), hub.pinned) == ("browser", "page-browser")
    assert (obs.got[-1], browser.got[-1]) == (RoleChanged(role=Role.MIRROR), RoleChanged(role=Role.SPEAKER))
    assert listener.heard[-1] == ("speaker", "page-browser", True)
    assert [(page.page_instance, page.pinned) for page in hub.pages] == [("page-obs", False), ("page-browser", True)]
    join("better")
    assert speaks(hub) == "browser"
    hub.pin(None)
    assert (speaks(hub), hub.pinned) == ("obs", None)


def test_a_pinned_page_waits_for_the_end_of_the_alert(hub: Hub, join: Join, clock: Clock) -> None:
    join("obs")
    browser = join("browser", in_obs=False)
    run = a_run()
    hub.show(run)
    hub.receive("page-obs", started(run))
    hub.pin("page-browser")
    assert speaks(hub) == "obs"
    assert RoleChanged(role=Role.SPEAKER) not in browser.got
    clock.pass_ms(5300)
    hub.receive("page-obs", finished(run))
    assert speaks(hub) == "browser"


def test_a_pinned_page_that_goes_leaves_it_to_the_best_and_has_it_again_when_it_is_back(hub: Hub, join: Join) -> None:
    join("obs")
    browser = join("browser", in_obs=False)
    hub.pin("page-browser")
    with structlog.testing.capture_logs() as log:
        hub.leave("page-browser", browser)
    assert "overlay_pinned_page_gone" in [entry["event"] for entry in log]
    assert (speaks(hub), hub.pinned) == ("obs", "page-browser")
    join("reloaded", in_obs=False)
    assert speaks(hub) == "obs"
    join("browser", in_obs=False)
    assert speaks(hub) == "browser"


def test_a_pinned_page_off_air_speaks_and_says_that_it_is_off_air(hub: Hub, join: Join, listener: Listener) -> None:
    join("on")
    join("off", active=False)
    hub.pin("page-off")
    assert listener.heard[-1] == ("speaker", "page-off", False)
    hub.receive("page-off", SourceActive(active=True, visible=True))
    assert listener.heard[-1] == ("speaker", "page-off", True)


@pytest.mark.parametrize("who", ["page-nobody", "page-goal", ""])
def test_what_is_not_here_or_shows_no_alerts_cannot_be_pinned(hub: Hub, join: Join, who: str) -> None:
    join("obs")
    join("goal", widgets=["goal"])
    join("browser", in_obs=False)
    hub.pin("page-browser")
    assert not hub.pin(who)
    assert (speaks(hub), hub.pinned) == ("browser", "page-browser")


def test_lights_hear_of_a_pin(clock: Clock) -> None:
    changes: list[str | None] = []
    hub = Hub(SETTINGS, clock, on_change=lambda: changes.append(hub.pinned))
    hub.join(identify("first"), Connection())
    hub.pin("page-first")
    hub.pin(None)
    assert changes == [None, "page-first", None]


def test_a_page_has_a_name_that_people_understand(hub: Hub) -> None:
    hub.join(msgspec.structs.replace(identify("obs"), obs_version="31.0.0"), Connection())
    hub.join(identify("off", active=False), Connection())
    hub.join(identify("tab", in_obs=False), Connection())
    assert [page.name for page in hub.pages] == ["OBS 31.0.0, on air", "OBS, off air", "Browser"]


CANDIDATES = st.lists(
    st.builds(
        Candidate,
        page_instance=st.builds(lambda: str(uuid4())),
        in_obs=st.booleans(),
        active=st.none() | st.booleans(),
        visible=st.booleans(),
        arrival=st.integers(0, 100),
    ),
    max_size=6,
)


@given(CANDIDATES, st.integers(0, 5), st.integers(0, 5))
def test_a_pin_only_decides_while_its_page_is_a_candidate(candidates: list[Candidate], pin: int, now: int) -> None:
    names = [candidate.page_instance for candidate in candidates]
    incumbent = names[now] if now < len(names) else None
    pinned = names[pin] if pin < len(names) else "gone"
    expected = pinned if pinned in names else elect(candidates, incumbent)
    assert elect(candidates, incumbent, pinned) == expected
