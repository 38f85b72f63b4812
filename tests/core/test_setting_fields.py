"""Every setting has an input, says what may stand in it, and refuses what may not, with its name."""

from __future__ import annotations

from datetime import datetime

import msgspec
import pytest

from streamer_app.core.overlay_settings import MediaSettings, OverlaySettings, SpeechSettings, Variation
from streamer_app.core.placing import Place
from streamer_app.core.setting_fields import FieldKind, SettingField, changed, fields_of, meant, trouble_of
from streamer_app.core.widget_settings import FRESH, GoalSettings, TimerSettings, TopDonorsSettings

STRUCTS: list[type[msgspec.Struct]] = [
    OverlaySettings,
    SpeechSettings,
    MediaSettings,
    Variation,
    Place,
    *(type(settings) for settings in FRESH.values()),
]


def field(struct: type[msgspec.Struct], name: str) -> SettingField:
    return next(each for each in fields_of(struct) if each.name == name)


@pytest.mark.parametrize("struct", STRUCTS, ids=lambda struct: struct.__name__)
def test_every_field_has_an_input_and_its_default_may_stand_in_it(struct: type[msgspec.Struct]) -> None:
    fields = fields_of(struct)
    assert [each.name for each in fields] == list(struct.__struct_fields__)
    for each in fields:
        assert each.allowed
        if not each.required:
            assert trouble_of(struct, each, each.default) is None
        if each.kind is FieldKind.CHOICE:
            assert each.choices
        if each.kind in {FieldKind.INT, FieldKind.FLOAT} and each.least is not None:
            assert trouble_of(struct, each, each.least) is None
            assert trouble_of(struct, each, type(each.least)(each.least - 1)) == each.allowed
        if each.kind in {FieldKind.INT, FieldKind.FLOAT} and each.most is not None:
            assert trouble_of(struct, each, each.most) is None
            assert trouble_of(struct, each, type(each.most)(each.most + 1)) == each.allowed


def test_kinds_and_bounds() -> None:
    kinds = {each.name: each.kind for struct in STRUCTS for each in fields_of(struct)}
    assert {each.kind for struct in STRUCTS for each in fields_of(struct)} == set(FieldKind)
    assert (kinds["accent"], kinds["picture"], kinds["start"]) == (FieldKind.COLOUR, FieldKind.FILE, FieldKind.DATETIME)
    assert (kinds["pronunciation"], kinds["variations"], kinds["place"]) == (
        FieldKind.MAPPING,
        FieldKind.LIST,
        FieldKind.STRUCT,
    )
    assert field(GoalSettings, "start").kind is FieldKind.DATE
    rows = field(TopDonorsSettings, "rows")
    assert (rows.least, rows.most, rows.default, rows.optional) == (1, 10, 5, False)
    most = field(TimerSettings, "most_minutes")
    assert (most.kind, most.optional, most.default) == (FieldKind.INT, True, None)
    name = field(Variation, "name")
    assert (name.required, name.least, name.most) == (True, 1, 40)
    assert [each.name for each in field(TimerSettings, "pauses").fields] == ["since", "until"]
    assert field(Variation, "media").choices == ("NONE", "TTS", "YOUTUBE")


@pytest.mark.parametrize(
    ("struct", "name", "said"),
    [
        (TopDonorsSettings, "rows", "a whole number from 1 to 10"),
        (TopDonorsSettings, "period", "one of day, week, month, all"),
        (TimerSettings, "most_minutes", "a whole number from 1 to 525600, or none"),
        (GoalSettings, "target", "a whole number from 1 to 1000000000000000"),
        (GoalSettings, "title", "0 to 60 characters"),
        (GoalSettings, "start", "a day like 2026-11-30, or none"),
        (OverlaySettings, "volume", "a number from 0 to 1"),
        (Variation, "less_than", "a whole number of 1 or more, or none"),
        (Variation, "media", "a list of NONE, TTS, YOUTUBE, with commas"),
        (SpeechSettings, "enabled", "yes or no"),
    ],
)
def test_what_is_allowed_is_said_in_words(struct: type[msgspec.Struct], name: str, said: str) -> None:
    assert field(struct, name).allowed == said


def test_what_is_typed_becomes_what_was_meant() -> None:
    typed = [
        ("target", "2.500.000"),
        ("show_left", "no"),
        ("start", "2026-12-01"),
        ("shape", "ring"),
        ("place.anchor", "top"),
        ("place.x", "-40"),
        ("title", "Kursi = baru"),
        ("on_canvas", "ON"),
    ]
    plain = changed(GoalSettings, msgspec.to_builtins(GoalSettings()), iter(typed))
    made = msgspec.convert(plain, GoalSettings)
    assert (made.target, made.show_left, str(made.start), made.shape.value) == (2_500_000, False, "2026-12-01", "ring")
    assert (made.place.anchor.value, made.place.x, made.place.scale, made.on_canvas) == ("top", -40, 1.0, True)
    assert made.title == "Kursi = baru"
    assert changed(GoalSettings, plain, iter([("start", "none")]))["start"] is None
    assert meant(field(Variation, "media"), "TTS, YOUTUBE") == ["TTS", "YOUTUBE"]
    assert meant(field(SpeechSettings, "pronunciation"), '{"gg": "ji ji"}') == {"gg": "ji ji"}


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        ("target", "0", "target: a whole number from 1"),
        ("target", "many", "target: a whole number from 1"),
        ("target", "1.00", "target: a whole number"),
        ("targets", "5", "targets: no such field; there are on_canvas, place"),
        ("shape", "cube", "shape: one of bar, ring"),
        ("start", "tomorrow", "start: a day like"),
        ("show_left", "perhaps", "show_left: yes or no"),
        ("place", "top", "place: name one of its parts, like place.anchor="),
        ("place.scale", "9", "place.scale: a number from 0.25 to 4"),
        ("place.scale", "nan", "place.scale: a number from 0.25 to 4"),
        ("place.anchor", "middle", "place.anchor: one of top_left"),
        ("title.x", "5", "title.x: title has no parts"),
        ("title", "x" * 61, "title: 0 to 60 characters"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(path: str, text: str, said: str) -> None:
    with pytest.raises(ValueError, match=r"^" + said.replace(".", r"\.")):
        changed(GoalSettings, msgspec.to_builtins(GoalSettings()), iter([(path, text)]))


def test_a_moment_wants_its_zone() -> None:
    start = field(TimerSettings, "start")
    assert trouble_of(TimerSettings, start, "2026-12-01T20:00:00") == start.allowed
    assert trouble_of(TimerSettings, start, "2026-12-01T20:00:00+07:00") is None
    assert datetime.fromisoformat("2026-12-01T20:00:00+07:00").tzinfo is not None


def test_what_has_no_input_is_found_out_at_once() -> None:
    class Odd(msgspec.Struct):
        either: int | str = 0

    with pytest.raises(TypeError, match="either"):
        fields_of(Odd)
