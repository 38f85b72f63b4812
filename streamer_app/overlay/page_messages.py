"""What a page may say, checked before anything acts on it. The page is ours, but the socket is anybody's."""

from __future__ import annotations

from typing import Final, get_args

import msgspec

from streamer_app.core.overlay_protocol import AlertFailed, AlertFinished, AlertProgress, Identify, PageMessage, Resume

_LONGEST_MS: Final = 24 * 60 * 60 * 1000
_KNOWN_TYPES: Final = frozenset(kind.__struct_config__.tag for kind in get_args(PageMessage))
_INSTANCE_LENGTHS: Final = range(8, 65)
_VERSION_LENGTHS: Final = range(65)
_REASON_LENGTHS: Final = range(1, 101)
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


def _check(message: PageMessage) -> None:
    match message:
        case Identify():
            if not (len(message.page_instance) in _INSTANCE_LENGTHS and _plain(message.page_instance)):
                raise BadMessageError("page_instance is not 8 to 64 plain characters")
            version = message.obs_version or ""
            if not (len(version) in _VERSION_LENGTHS and _plain(version)):
                raise BadMessageError("obs_version is not a version")
            if message.resume is not None:
                _check_times(message.resume)
        case AlertProgress():
            _check_times(message)
            if not (0 <= message.frames <= _LONGEST_MS and 0 <= message.audio_ms <= _LONGEST_MS):
                raise BadMessageError("frames or audio_ms out of range")
        case AlertFinished():
            _check_times(message)
        case AlertFailed():
            if not (len(message.reason) in _REASON_LENGTHS and message.reason.isprintable()):
                raise BadMessageError("reason is not 1 to 100 printable characters")
        case _:
            pass


def _check_times(message: AlertProgress | AlertFinished | Resume) -> None:
    if not 0 <= message.shown_ms <= _LONGEST_MS:
        raise BadMessageError("shown_ms out of range")


def _plain(text: str) -> bool:
    return text.isascii() and text.isprintable()
