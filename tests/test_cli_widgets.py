"""What is typed about widgets becomes what was meant, or ends with words; keys are printed only where asked for."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from streamer_app import cli, cli_widgets
from streamer_app.core.errors import ActionableError
from streamer_app.core.qr_codes import modules_of
from streamer_app.core.widget_settings import FRESH, GoalSettings, TimerSettings, Widgets
from streamer_app.core.widget_states import (
    DonationRow,
    DonorRow,
    GoalShape,
    GoalState,
    MediaNowState,
    NextUpState,
    QrState,
    TimerState,
    TopDonorsState,
)
from streamer_app.roles import console_widgets, console_widgets_text
from streamer_app.roles.console_widgets import kind_of, with_changes
from streamer_app.settings import load_machine, resolve
from tests.command_line import run_here


def test_every_kind_can_be_made() -> None:
    assert sorted(cli_widgets.KINDS) == sorted(kind_of(settings) for settings in FRESH.values())
    for kind in cli_widgets.KINDS:
        assert kind_of(with_changes({}, "mine", kind, [])) == kind


def test_fields_are_changed_and_the_rest_stays() -> None:
    before: Widgets = {"goal": GoalSettings(title="Kursi", target=5)}
    assert with_changes(before, "goal", None, [("target", "2.000.000")]) == GoalSettings(
        title="Kursi", target=2_000_000
    )
    assert with_changes(before, "goal", "goal", [("shape", "ring")]) == GoalSettings(
        title="Kursi", target=5, shape=GoalShape.RING
    )
    made = with_changes(before, "goal", "timer", [("start", "2026-11-28T20:00:00+07:00"), ("most_minutes", "none")])
    assert made == TimerSettings(start=datetime(2026, 11, 28, 13, tzinfo=UTC))


@pytest.mark.parametrize(
    ("name", "kind", "fields", "said"),
    [
        ("mine", None, [("target", "5")], "--kind"),
        ("goal", None, [("target", "0")], "target: a whole number from 1"),
        ("goal", None, [("targets", "5")], "no such field; there are"),
        ("top", None, [("period", "year")], "one of day, week, month, all"),
        ("timer", None, [("start", "2026-11-28")], "a moment with its time zone"),
    ],
)
def test_what_cannot_be_meant_ends_with_words(
    name: str, kind: str | None, fields: list[tuple[str, str]], said: str
) -> None:
    with pytest.raises(ActionableError) as refused:
        with_changes(FRESH, name, kind, fields)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["widget", "set", "goal"], "something to set"),
        (["widget", "set", "goal", "target"], "FIELD=VALUE"),
        (["widget", "set", "goal", "=5"], "FIELD=VALUE"),
        (["widget", "set", "goal", "--kind", "wheel"], "invalid choice"),
        (["widget", "timer", "timer", "stop"], "invalid choice"),
        (["widget", "timer", "timer"], "start"),
        (["widget", "show"], "NAME"),
        (["widget"], "verb"),
    ],
)
def test_usage_ends_with_2_and_words(words: list[str], said: str, tmp_path: Path) -> None:
    done = run_here("--data-dir", str(tmp_path / "data"), "--json", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["widget", "list"], "widget list"),
        (["widget", "show", "goal"], "widget show"),
        (["widget", "set", "goal", "target=5", "title=a=b"], "command"),
        (["widget", "set", "mine", "--kind", "goal"], "command"),
        (["widget", "remove", "goal"], "command"),
        (["widget", "state", "goal"], "widget state"),
        (["widget", "timer", "timer", "start"], "command"),
    ],
)
def test_every_command_has_its_work_and_its_words(words: list[str], told: str, tmp_path: Path) -> None:
    settings = resolve({"data_dir": str(tmp_path)})
    typed = cli.build_parser().parse_args(words)
    found = cli_widgets.work(settings, " ".join(words[:2]), typed)
    assert found is not None
    assert found[1] == told
    other = cli.build_parser().parse_args(["queue", "list"])
    assert cli_widgets.work(settings, "queue list", other) is None


def test_an_address_has_its_key_only_where_it_is_asked_for(tmp_path: Path) -> None:
    settings = resolve({"data_dir": str(tmp_path)})
    hidden = console_widgets._address(settings, "widget/goal", with_key=False)
    machine = load_machine(settings)
    assert hidden == f"http://127.0.0.1:{machine.overlay_port}/overlay/<key>/widget/goal"
    shown = console_widgets._address(settings, "widget/goal", with_key=True)
    assert shown == hidden.replace("<key>", machine.display_key)


def told(state: Any) -> list[str]:
    document = {"widget": "x", "state": msgspec.to_builtins(state)}
    return console_widgets_text.spoken("widget state", document).splitlines()


def test_states_are_told_in_words() -> None:
    goal = GoalState(
        title="Tar\x1bget",
        shape=GoalShape.BAR,
        raised_text="Rp5",
        target_text="Rp10",
        percent_text="50%",
        fraction=0.5,
        left_text="kurang Rp5",
    )
    assert told(goal) == ["Target", "Rp5 / Rp10 (50%) kurang Rp5"]
    row = DonorRow(rank=1, name="Bu\x1bdi", amount_text="Rp5")
    assert told(TopDonorsState(title="Top", rows=(row,), empty_text="none")) == ["Top", "1. Budi  Rp5"]
    assert told(TopDonorsState(title="Top", rows=(), empty_text="Jadilah!")) == ["Top", "Jadilah!"]
    timer = TimerState(title="T", left_ms=3_661_000, running=False, over_text="over", rate_text="rate")
    assert told(timer) == ["T", "1:01:01 (stands)", "rate"]
    assert told(msgspec.structs.replace(timer, left_ms=0)) == ["T", "over", "rate"]
    waiting = NextUpState(
        title="Next", rows=(DonationRow(name="A", amount_text="Rp5", message="b"),), more_text="+4", paused_text="p"
    )
    assert told(waiting) == ["Next", "A  Rp5  b", "+4", "p"]
    assert told(MediaNowState(donor_text="", title="", left_ms=0, total_ms=0)) == ["Nothing is shown."]
    assert told(None) == ["Nothing is shown."]
    code = told(QrState(title="QR", modules=modules_of("https://example.org/"), caption="c"))
    assert code[:2] == ["QR", "c"]
    assert code[2].startswith("\u2588\u2580\u2580\u2580\u2580\u2580\u2588")


def test_lists_and_settings_are_told_in_words() -> None:
    plain = {
        "unreadable": ["odd"],
        "canvas_url": "http://x/canvas",
        "widgets": [{"name": "goal", "kind": "goal", "on_canvas": True, "url": "http://x/widget/goal"}],
    }
    listed = console_widgets_text.spoken("widget list", plain)
    assert "on the canvas" in listed
    assert "http://x/canvas" in listed
    assert "could not be read and are left out: odd" in listed
    shown = console_widgets_text.spoken(
        "widget show",
        {
            "name": "goal",
            "kind": "goal",
            "url": "http://x",
            "settings": {"place": {"x": 4}, "on_canvas": True, "start": None, "title": ""},
            "allowed": {"place.x": "a number", "on_canvas": "yes or no", "start": "a day, or none", "title": "text"},
        },
    )
    assert [line.split()[1] for line in shown.splitlines()[1:]] == ["4", "yes", "none", "(empty)"]
