"""Which variation an alert gets, and that its templates lose nothing and make nothing up."""

from __future__ import annotations

from collections import Counter
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer_app.core.overlay_protocol import Alert, PartKind, Picture, PictureKind, Tier
from streamer_app.core.overlay_settings import MediaKind, OverlaySettings, Variation
from streamer_app.core.placing import Anchor, Entrance, PicturePlace
from streamer_app.core.variations import apply, choose, files_used, fits, problems, roll_of

FILE = "0123456789abcdef0123456789abcdef"
ALERT = Alert(
    donor="Budi",
    lead="mengirim",
    amount_text="Rp25.000",
    message="semangat!",
    theme="lampion",
    tier=Tier.COMPACT,
    sound_url="/sounds/lampion_compact.wav",
    volume=0.8,
    badge=None,
)


def variation(name: str = "one", **fields: object) -> Variation:
    return msgspec.convert({"name": name, **fields}, Variation)


def drawn(settings: OverlaySettings, amount: int = 25_000, roll: float = 0.0, **facts: object) -> str | None:
    media, first_time = facts.get("media", MediaKind.NONE), facts.get("first_time", False)
    assert isinstance(media, MediaKind)
    found = choose(settings, amount, media, first_time=bool(first_time), roll=roll)
    return None if found is None else found.name


@pytest.mark.parametrize(
    ("fields", "amount", "expected"),
    [
        ({}, 1, True),
        ({"at_least": 100}, 99, False),
        ({"at_least": 100}, 100, True),
        ({"less_than": 100}, 99, True),
        ({"less_than": 100}, 100, False),
        ({"enabled": False}, 1, False),
    ],
)
def test_a_range_holds_its_lower_end_and_not_its_upper(
    fields: dict[str, object], amount: int, *, expected: bool
) -> None:
    assert fits(variation("one", **fields), amount, MediaKind.NONE, first_time=False) is expected


def test_media_and_first_time_are_asked_where_the_variation_asks() -> None:
    settings = OverlaySettings(variations=(variation(media=["TTS", "YOUTUBE"], first_time_only=True),))
    assert drawn(settings, media=MediaKind.TTS, first_time=True) == "one"
    assert drawn(settings, media=MediaKind.NONE, first_time=True) is None
    assert drawn(settings, media=MediaKind.TTS, first_time=False) is None
    assert drawn(OverlaySettings(variations=(variation(),)), media=MediaKind.YOUTUBE, first_time=True) == "one"


def test_a_narrower_variation_wins_nothing_but_its_weight() -> None:
    narrow = variation("narrow", at_least=24_000, less_than=26_000, media=["NONE"], first_time_only=True)
    settings = OverlaySettings(variations=(variation("wide", weight=3), narrow))
    count = Counter(drawn(settings, roll=step / 1000, first_time=True) for step in range(1000))
    assert count == {"wide": 750, "narrow": 250}


@given(st.lists(st.integers(1, 1000), min_size=1, max_size=50), st.integers(1, 2000))
def test_weights_are_honoured_over_many_rolls(weights: list[int], steps: int) -> None:
    settings = OverlaySettings(variations=tuple(variation(str(i), weight=weight) for i, weight in enumerate(weights)))
    count = Counter(drawn(settings, roll=step / steps) for step in range(steps))
    for index, weight in enumerate(weights):
        assert abs(count[str(index)] - steps * weight / sum(weights)) <= 1


@given(st.floats(0, 1, exclude_max=True))
def test_the_same_roll_draws_the_same_and_always_one_that_fits(roll: float) -> None:
    settings = OverlaySettings(
        variations=(variation("a", less_than=10), variation("b"), variation("c", enabled=False), variation("d"))
    )
    assert drawn(settings, roll=roll) == drawn(settings, roll=roll)
    assert drawn(settings, roll=roll) in {"b", "d"}


def test_nothing_that_fits_is_no_variation() -> None:
    assert drawn(OverlaySettings()) is None
    assert drawn(OverlaySettings(variations=(variation(at_least=10**9),))) is None


def test_a_message_rolls_the_same_at_every_showing_and_messages_roll_evenly() -> None:
    message = UUID("7f1c0c3e-8a52-4a0e-9d8e-0a4cf2b7d001")
    assert roll_of(message) == roll_of(UUID(str(message)))
    rolls = [roll_of(UUID(int=number)) for number in range(4000)]
    assert all(0 <= roll < 1 for roll in rolls)
    tenths = Counter(int(roll * 10) for roll in rolls)
    assert min(tenths.values()) > 300
    assert roll_of(uuid4()) != roll_of(uuid4())


TEMPLATE = st.text(st.sampled_from("{}nameougts <>&\"'/\\$%") | st.characters(exclude_categories=["Cs"]), max_size=60)
PLACED = st.lists(TEMPLATE | st.sampled_from(["{name}", "{amount}", "{message}", "{nama}", "{{name}}"])).map("".join)


@given(PLACED, st.text(max_size=40), st.text(min_size=1, max_size=40), st.text(max_size=40))
def test_a_headline_is_its_template_filled_once_and_nothing_is_lost(
    template: str, donor: str, amount: str, message: str
) -> None:
    alert = msgspec.structs.replace(ALERT, donor=donor, amount_text=amount, message=message)
    parts = apply(alert, Variation(name="x", headline=template)).headline
    expected, left = [], template
    while left:
        for placeholder, value in (("{name}", donor), ("{amount}", amount), ("{message}", message)):
            if left.startswith(placeholder):
                expected.append(value)
                left = left[len(placeholder) :]
                break
        else:
            expected.append(left[0])
            left = left[1:]
    assert "".join(part.text for part in parts) == "".join(expected)
    assert all(part.text for part in parts)
    assert sum(part.kind is PartKind.AMOUNT for part in parts) == template.count("{amount}")
    assert {part.text for part in parts if part.kind is PartKind.NAME} <= {donor}


def test_a_donor_who_writes_a_template_is_only_text() -> None:
    alert = msgspec.structs.replace(ALERT, donor="{amount}{message}", message="{name}<b>")
    made = apply(alert, variation(headline="{name}!", message="> {message}"))
    assert [(part.kind, part.text) for part in made.headline] == [
        (PartKind.NAME, "{amount}{message}"),
        (PartKind.TEXT, "!"),
    ]
    assert made.message == "> {name}<b>"


def test_a_plain_variation_changes_nothing() -> None:
    assert apply(ALERT, variation()) == ALERT


def test_everything_a_variation_says_is_in_the_alert() -> None:
    made = apply(
        ALERT,
        variation(
            theme="struk",
            picture=f"{FILE}.webm",
            picture_place="beside",
            sound=f"{FILE}.ogg",
            volume=0.5,
            font="mono",
            accent="#aabbcc",
            text="#000000",
            plate="#ffffff",
            entrance="pop",
            anchor="left",
            x=5,
            y=-6,
            scale=1.5,
        ),
    )
    assert made.theme == "struk"
    assert made.picture == Picture(url=f"library/{FILE}.webm", kind=PictureKind.VIDEO, place=PicturePlace.BESIDE)
    assert (made.sound_url, made.volume) == (f"library/{FILE}.ogg", 0.4)
    look = made.look
    assert (look.anchor, look.x, look.y, look.scale, look.font) == (Anchor.LEFT, 5, -6, 1.5, "mono")
    assert (look.accent, look.text, look.plate, look.entrance) == ("#aabbcc", "#000000", "#ffffff", Entrance.POP)


def test_another_theme_brings_its_own_sound_and_a_silent_one_none() -> None:
    assert apply(ALERT, variation(theme="kaset")).sound_url == "/sounds/kaset_compact.wav"
    assert apply(ALERT, variation(silent=True, sound=f"{FILE}.wav")).sound_url is None
    assert apply(msgspec.structs.replace(ALERT, sound_url=None), variation(sound=f"{FILE}.wav")).sound_url is None
    gif = apply(ALERT, variation(picture=f"{FILE}.gif")).picture
    assert gif is not None
    assert gif.kind is PictureKind.IMAGE


@pytest.mark.parametrize(
    ("fields", "path", "said"),
    [
        ({"at_least": 5, "less_than": 5}, "less_than", "above at_least (5)"),
        ({"theme": "neon"}, "theme", "lampion, batik, struk, kaset"),
        ({"font": "comic"}, "font", "jakarta"),
        ({"name": "  "}, "name", "letters"),
        ({"name": "a\nb"}, "name", "letters"),
        ({"headline": "{nama} mengirim"}, "headline", "{name}, {amount}, {message} ({nama} is none)"),
        ({"message": "a\tb"}, "message", "one line"),
        ({"picture": f"{FILE}.mp3"}, "picture", "webm"),
        ({"sound": f"{FILE}.png"}, "sound", "wav"),
    ],
)
def test_what_cannot_be_meant_names_its_field_and_what_is_allowed(
    fields: dict[str, object], path: str, said: str
) -> None:
    found = problems(OverlaySettings(variations=(variation("fine"), variation(**{"name": "one", **fields}))))  # type: ignore[arg-type]
    assert [problem.path for problem in found] == [f"variations[1].{path}"]
    assert said in found[0].allowed
    assert str(found[0]).startswith(f"variations[1].{path}: ")


def test_names_are_unique_whatever_their_case_and_the_overlays_theme_is_known() -> None:
    found = problems(OverlaySettings(theme="x", variations=(variation("Sultan"), variation("b"), variation(" sultan"))))
    assert [problem.path for problem in found] == ["theme", "variations[0].name", "variations[2].name"]
    assert problems(OverlaySettings(variations=tuple(variation(str(n)) for n in range(51))))[0].path == "variations"


def test_braces_that_are_no_placeholder_are_fine_text() -> None:
    assert problems(OverlaySettings(variations=(variation(headline="{} {{ :} {name} }{ {1}"),))) == []


def test_files_that_settings_name_are_known_with_their_users() -> None:
    css = f"a{{background:url(library/{FILE}.png)}}"
    settings = OverlaySettings(
        variations=(
            variation("a", picture=f"{FILE}.png", sound=f"{FILE}.wav"),
            variation("b", picture=f"{FILE}.png", enabled=False),
        ),
        custom_css=css,
    )
    assert files_used(settings) == {f"{FILE}.png": ("a", "b", "custom_css"), f"{FILE}.wav": ("a",)}
