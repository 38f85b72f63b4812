"""Files that were broken on purpose: each is kept or refused in words, and nothing else happens."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from streamer_app.core import library_files
from streamer_app.core.errors import CommandRefusedError
from streamer_app.services import library_content
from tests.services.test_library import MP3_FRAME, OGG_HEAD, WEBM, a_wav, encoded, moving

SEEDS = [
    *(encoded(Image.effect_noise((24, 24), 60).convert("RGB"), kind) for kind in ("PNG", "JPEG", "GIF", "WEBP")),
    *(moving(kind) for kind in ("GIF", "WEBP", "PNG")),
    encoded(Image.new("P", (9, 9)), "PNG", transparency=0),
    WEBM,
    a_wav(0.01),
    MP3_FRAME * 2,
    OGG_HEAD,
]


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(SEEDS),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=6),
    st.floats(0, 1),
    st.binary(max_size=40),
)
def test_a_broken_file_is_kept_or_refused_and_nothing_else(
    seed: bytes, changes: list[tuple[float, int]], cut: float, tail: bytes
) -> None:
    raw = bytearray(seed)
    for place, value in changes:
        raw[min(int(place * len(raw)), len(raw) - 1)] = value
    given_raw = bytes(raw[: max(1, int(len(raw) * cut))] if cut < 0.7 else raw) + tail
    with suppress(CommandRefusedError):
        made = library_content.made_anew(given_raw)
        assert made.data
        assert made.ending in library_files.MEDIA_TYPES


@given(st.binary(max_size=600))
def test_any_bytes_are_refused_or_kept(raw: bytes) -> None:
    with suppress(CommandRefusedError):
        library_content.made_anew(raw)


def second_frame(raw: bytes) -> int:
    """Where a gif's second frame begins."""
    return raw.index(b"\x2c", raw.index(b"\x2c\0\0\0\0") + 5)


@pytest.mark.parametrize(
    "raw",
    [
        moving("GIF")[: second_frame(moving("GIF")) + 5],
        a_wav()[:34] + b"\x28\0" + a_wav()[36:],
        a_wav()[:12] + b"LIST\xff\xff\xff\x7f" + a_wav()[12:],
        a_wav()[:16] + b"\xff\xff\xff\x7f" + a_wav()[20:],
        a_wav()[:32],
    ],
    ids=["gif cut in a frame", "samples of five bytes", "a chunk without end", "a format without end", "no data"],
)
def test_what_readers_stumble_over_is_refused_in_words(raw: bytes) -> None:
    with pytest.raises(CommandRefusedError):
        library_content.made_anew(raw)
