"""Which variation an alert gets, and what it makes of the alert. Text goes in and text comes out, never markup."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Final
from uuid import UUID

import msgspec

from streamer_app.core.overlay_protocol import Alert, HeadlinePart, Look, PartKind, Picture, PictureKind
from streamer_app.core.overlay_settings import (
    FONTS,
    MOST_VARIATIONS,
    PLACEHOLDERS,
    THEMES,
    MediaKind,
    OverlaySettings,
    Variation,
)

LIBRARY: Final = "library/"
"""Where a page finds the streamer's files, relative to its own folder."""
_PLACEHOLDER: Final = re.compile("|".join(re.escape(placeholder) for placeholder in PLACEHOLDERS))
_LIKE_A_PLACEHOLDER: Final = re.compile(r"\{[A-Za-z_]+\}")
_ROLL_BITS: Final = 53


@dataclass(frozen=True)
class FieldProblem:
    """A field that cannot be meant: its path ("variations[2].theme"), and what is allowed, in words."""

    path: str
    allowed: str

    def __str__(self) -> str:
        return f"{self.path}: {self.allowed}"


def roll_of(message_id: UUID) -> float:
    """The number that draws a message's variation, in [0, 1): the same at every showing."""
    digest = int.from_bytes(sha256(message_id.bytes).digest()[:8], "big")
    return (digest >> (64 - _ROLL_BITS)) / (1 << _ROLL_BITS)


def fits(variation: Variation, amount: int, media: MediaKind, *, first_time: bool) -> bool:
    """Whether a donation may get this variation. An amount equal to `less_than` is not less."""
    return (
        variation.enabled
        and variation.at_least <= amount
        and (variation.less_than is None or amount < variation.less_than)
        and (not variation.media or media in variation.media)
        and (first_time or not variation.first_time_only)
    )


def choose(
    settings: OverlaySettings, amount: int, media: MediaKind, *, first_time: bool, roll: float
) -> Variation | None:
    """One of those that fit, by weight alone: a narrower range wins nothing. `roll` is in [0, 1)."""
    fitting = [each for each in settings.variations if fits(each, amount, media, first_time=first_time)]
    left = roll * sum(variation.weight for variation in fitting)
    for variation in fitting:
        left -= variation.weight
        if left < 0:
            return variation
    return fitting[-1] if fitting else None


def apply(alert: Alert, variation: Variation) -> Alert:
    """The alert as this variation has it. What the variation leaves open stays as it is."""
    theme = variation.theme or alert.theme
    return msgspec.structs.replace(
        alert,
        theme=theme,
        headline=tuple(_headline(variation.headline, alert)),
        message=_filled(variation.message, alert).strip(),
        picture=_picture(variation),
        sound_url=_sound(alert, variation, theme),
        volume=alert.volume * variation.volume,
        look=Look(
            anchor=variation.anchor,
            x=variation.x,
            y=variation.y,
            scale=variation.scale,
            font=variation.font,
            accent=variation.accent,
            text=variation.text,
            plate=variation.plate,
            entrance=variation.entrance,
        ),
    )


def _sound(alert: Alert, variation: Variation, theme: str) -> str | None:
    """A variation's own sound, else the theme's: also where the variation changed the theme."""
    if variation.silent or alert.sound_url is None:
        return None
    if variation.sound:
        return LIBRARY + variation.sound
    return alert.sound_url.replace(f"/{alert.theme}_", f"/{theme}_")


def _picture(variation: Variation) -> Picture | None:
    if not variation.picture:
        return None
    kind = PictureKind.VIDEO if variation.picture.endswith(".webm") else PictureKind.IMAGE
    return Picture(url=LIBRARY + variation.picture, kind=kind, place=variation.picture_place)


def _pieces(template: str, alert: Alert) -> Iterator[tuple[PartKind, str]]:
    """The template with its placeholders replaced, once: what a donor wrote is never read as a template."""
    values = {
        "{name}": (PartKind.NAME, alert.donor),
        "{amount}": (PartKind.AMOUNT, alert.amount_text),
        "{message}": (PartKind.TEXT, alert.message),
    }
    end = 0
    for found in _PLACEHOLDER.finditer(template):
        yield PartKind.TEXT, template[end : found.start()]
        yield values[found.group()]
        end = found.end()
    yield PartKind.TEXT, template[end:]


def _headline(template: str, alert: Alert) -> Iterator[HeadlinePart]:
    """Neighbouring texts are one part; no part is empty."""
    text = ""
    for kind, piece in _pieces(template, alert):
        if kind is PartKind.TEXT:
            text += piece
            continue
        if text:
            yield HeadlinePart(kind=PartKind.TEXT, text=text)
            text = ""
        if piece:
            yield HeadlinePart(kind=kind, text=piece)
    if text:
        yield HeadlinePart(kind=PartKind.TEXT, text=text)


def _filled(template: str, alert: Alert) -> str:
    return "".join(piece for _, piece in _pieces(template, alert))


def problems(settings: OverlaySettings) -> list[FieldProblem]:
    """What the annotations cannot say: names, ranges, themes, fonts, templates. Empty: all of it can be used."""
    found = []
    if settings.theme not in THEMES:
        found.append(_one_of("theme", THEMES))
    if len(settings.variations) > MOST_VARIATIONS:
        found.append(FieldProblem("variations", f"at most {MOST_VARIATIONS}"))
    uses = Counter(_spelling(variation.name) for variation in settings.variations)
    for index, variation in enumerate(settings.variations):
        path = f"variations[{index}]."
        if uses[_spelling(variation.name)] > 1:
            found.append(FieldProblem(path + "name", "a name that no other variation has"))
        found += _problems_of(variation, path)
    return found


def _spelling(name: str) -> str:
    return name.strip().casefold()


def _problems_of(variation: Variation, path: str) -> Iterator[FieldProblem]:
    if not variation.name.strip() or not variation.name.isprintable():
        yield FieldProblem(path + "name", "letters, digits and blanks, at least one of them no blank")
    if variation.less_than is not None and variation.at_least >= variation.less_than:
        yield FieldProblem(path + "less_than", f"above at_least ({variation.at_least})")
    if variation.theme and variation.theme not in THEMES:
        yield _one_of(path + "theme", THEMES, "or empty for the overlay's own")
    if variation.font not in FONTS:
        yield _one_of(path + "font", FONTS[1:], "or empty for the theme's own")
    if variation.picture and variation.picture.endswith((".wav", ".mp3", ".ogg")):
        yield FieldProblem(path + "picture", "a png, jpg, gif, webp or webm of the library")
    if variation.sound and not variation.sound.endswith((".wav", ".mp3", ".ogg")):
        yield FieldProblem(path + "sound", "a wav, mp3 or ogg of the library")
    for field, template in (("headline", variation.headline), ("message", variation.message)):
        yield from _template_problems(path + field, template)


def _template_problems(path: str, template: str) -> Iterator[FieldProblem]:
    if not template.isprintable():
        yield FieldProblem(path, "one line without control characters")
    unknown = [word for word in _LIKE_A_PLACEHOLDER.findall(template) if word not in PLACEHOLDERS]
    if unknown:
        yield FieldProblem(path, f"of words in braces only {', '.join(PLACEHOLDERS)} ({unknown[0]} is none)")


def _one_of(path: str, names: tuple[str, ...], rest: str = "") -> FieldProblem:
    return FieldProblem(path, f"one of {', '.join(names)}" + (f", {rest}" if rest else ""))


def files_used(settings: OverlaySettings) -> dict[str, tuple[str, ...]]:
    """The library's files that settings name, and which variations do ("custom_css" for the style sheet)."""
    used: dict[str, list[str]] = {}
    for variation in settings.variations:
        for file in (variation.picture, variation.sound):
            if file:
                used.setdefault(file, []).append(variation.name)
    for file in _FILE_IN_CSS.findall(settings.custom_css):
        used.setdefault(file, []).append("custom_css")
    return {file: tuple(dict.fromkeys(names)) for file, names in used.items()}


_FILE_IN_CSS: Final = re.compile(r"library/([0-9a-f]{32}\.[a-z0-9]{3,4})")
