"""Where things stand on the canvas, and how they come: in pixels of the design, which is drawn at 1920x1080."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec


class Anchor(StrEnum):
    """The corner, edge or middle of the canvas that a thing keeps to, whatever the canvas's size."""

    TOP_LEFT = "top_left"
    TOP = "top"
    TOP_RIGHT = "top_right"
    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"
    BOTTOM_LEFT = "bottom_left"
    BOTTOM = "bottom"
    BOTTOM_RIGHT = "bottom_right"


Offset = Annotated[int, msgspec.Meta(ge=-4000, le=4000)]
Scale = Annotated[float, msgspec.Meta(ge=0.25, le=4.0)]


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A place on the canvas. On a page of its own a widget keeps to anchor and scale, and fills the page's width."""

    anchor: Anchor = Anchor.TOP_LEFT
    x: Offset = 0
    y: Offset = 0
    scale: Scale = 1.0


class PicturePlace(StrEnum):
    """Where a picture stands by the text."""

    ABOVE = "above"
    BESIDE = "beside"
    BEHIND = "behind"


class Entrance(StrEnum):
    """How an alert comes and goes: `theme` is the theme's own way."""

    THEME = "theme"
    FADE = "fade"
    SLIDE = "slide"
    POP = "pop"
    NONE = "none"
