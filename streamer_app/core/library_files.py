"""Files of a streamer's library: how they are named, what they may be, and how much of it there may be."""

from __future__ import annotations

import re
from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec

MOST_FILE_BYTES: Final = 20 * 1024 * 1024
MOST_LIBRARY_BYTES: Final = 500 * 1024 * 1024
LONGEST_SIDE: Final = 8192
MOST_PIXELS: Final = 40_000_000
MOST_FRAMES: Final = 600
MOST_MOVING_PIXELS: Final = 200_000_000
"""Of all frames of an animation together: making it anew has to end."""
LONGEST_NAME: Final = 120

_ID: Final = re.compile(r"[0-9a-f]{32}\.(png|jpg|gif|webp|webm|wav|mp3|ogg)")


class FileKind(StrEnum):
    """What a file is used as."""

    PICTURE = "picture"
    VIDEO = "video"
    SOUND = "sound"


MEDIA_TYPES: Final = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "webm": "video/webm",
    "wav": "audio/wav",
    "mp3": "audio/mpeg",
    "ogg": "audio/ogg",
}
"""The only types a library serves; fixed here, never guessed."""


class LibraryFile(msgspec.Struct, frozen=True, kw_only=True):
    """One file. `id` is what settings name it by; `name` is what the streamer called it."""

    id: str
    name: str
    kind: FileKind
    size: int
    """Bytes."""
    added_at: datetime | None = None
    width: int | None = None
    """Pixels, of pictures."""
    height: int | None = None
    moving: bool = False
    """More than one frame."""
    note: str = ""
    """What the streamer should know: that a webm could not be made anew, ..."""


def is_file_id(text: str) -> bool:
    """Whether this names a file: 32 hex digits and one of eight endings, so that no path can escape by it."""
    return _ID.fullmatch(text) is not None


def kind_of(ending: str) -> FileKind:
    """What files with this ending are."""
    return FileKind(MEDIA_TYPES[ending].partition("/")[0].replace("image", "picture").replace("audio", "sound"))


def shown_name(name: str) -> str:
    """The name a file came with, without folders and control characters; never empty, never a path."""
    last = re.split(r"[\\/]", name)[-1]
    plain = "".join(letter for letter in last if letter.isprintable()).strip()
    return plain[:LONGEST_NAME] or "file"
