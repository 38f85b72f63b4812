"""What a page may say, checked before anything acts on it. The page is ours, but the socket is anybody's."""

from __future__ import annotations

import re
from typing import Final, get_args

import msgspec

from streamer_app.core.overlay_protocol import (
    ALERTS,
    MAX_WIDGETS,
    AlertFailed,
    AlertFinished,
    AlertProgress,
    Identify,
    PageMessage,
    Resume,
)

_LONGEST_MS: Final = 24 * 60 * 60 * 1000
_KNOWN_TYPES: Final = frozenset(kind.__struct_config__.tag for kind in get_args(PageMessage))
_INSTANCE_LENGTHS: Final = range(8, 65)
_VERSION_LENGTHS: Final = range(65)
_REASON_LENGTHS: Final = range(1, 101)
_TROUBLE_LENGTHS: Final = range(1, 41)
_MOST_TROUBLES: Final = 16
_LARGEST_REVISION: Final = 2**53
EVERYTHING: Final = "*"
"""The widget that stands for alerts and for all widgets that are on the canvas."""
_WIDGET: Final = re.compile(r"[a-z][a-z0-9-]{0,23}")
_MESSAGE: Final[msgspec.json.Decoder[PageMessage]] = msgspec.json.Decoder(PageMessage)


class _Envelope(msgspec.Struct):
    type: str


_ENVELOPE: Final = msgspec.json.Decoder(_Envelope)


class BadMessageError(ValueError):
    """Not a message of this protocol. The text names the fault and never repeats what was sent."""


def decode(raw: str | bytes) -> PageMessage | None:
    """The data of one frame as a message, or None for a well-formed message of a type that a newer page may know.

    Raises `BadMessageError` for anything else.
    """
    if not isinstance(raw, str):
        raise BadMessageError("not a text frame")
    try:
        message = _MESSAGE.decode(raw)
    except msgspec.ValidationError:
        if _type_of(raw) in _KNOWN_TYPES:
            raise BadMessageError("a known type with wrong fields") from None
        return None
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        raise BadMessageError("not JSON") from None
    _check(message)
    return message


def _type_of(raw: str) -> str:
    try:
        return _ENVELOPE.decode(raw).type
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        raise BadMessageError("no type") from None


def is_widget_name(text: str) -> bool:
    """Whether a widget can be called so; alerts are one that every streamer has."""
    return _WIDGET.fullmatch(text) is not None


def _check(message: PageMessage) -> None:
    match message:
        case Identify():
            _check_identity(message)
        case AlertProgress():
            _check_times(message)
            numbers = (message.frames, message.audio_ms, message.media_left_ms or 0)
            if not all(0 <= number <= _LONGEST_MS for number in numbers):
                raise BadMessageError("frames, audio_ms or media_left_ms out of range")
        case AlertFinished():
            _check_times(message)
            if len(message.troubles) > _MOST_TROUBLES:
                raise BadMessageError("too many troubles")
            if not all(len(trouble) in _TROUBLE_LENGTHS and _plain(trouble) for trouble in message.troubles):
                raise BadMessageError("a trouble is not 1 to 40 plain characters")
        case AlertFailed():
            if not (len(message.reason) in _REASON_LENGTHS and message.reason.isprintable()):
                raise BadMessageError("reason is not 1 to 100 printable characters")
        case _:
            pass


def _check_identity(identify: Identify) -> None:
    if not (len(identify.page_instance) in _INSTANCE_LENGTHS and _plain(identify.page_instance)):
        raise BadMessageError("page_instance is not 8 to 64 plain characters")
    version = identify.obs_version or ""
    if not (len(version) in _VERSION_LENGTHS and _plain(version)):
        raise BadMessageError("obs_version is not a version")
    if len(identify.widgets) > MAX_WIDGETS or len(identify.widget_revisions) > MAX_WIDGETS:
        raise BadMessageError("too many widgets")
    if not all(name in (ALERTS, EVERYTHING) or is_widget_name(name) for name in identify.widgets):
        raise BadMessageError("widgets are not names")
    for name, revision in identify.widget_revisions.items():
        if not (is_widget_name(name) and 0 <= revision <= _LARGEST_REVISION):
            raise BadMessageError("widget_revisions are not names and numbers")
    if identify.resume is not None:
        _check_times(identify.resume)


def _check_times(message: AlertProgress | AlertFinished | Resume) -> None:
    if not 0 <= message.shown_ms <= _LONGEST_MS:
        raise BadMessageError("shown_ms out of range")


def _plain(text: str) -> bool:
    return text.isascii() and text.isprintable()
