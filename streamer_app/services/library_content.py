"""What a file is, by its content: never by its name. What cannot be used is refused in words."""

from __future__ import annotations

import io
import struct
import wave
from dataclasses import dataclass
from typing import Final

from streamer_app.core.errors import CommandRefusedError

NOT_MADE_ANEW: Final = "This kind of file is kept as it came: only its head was checked."
_ALLOWED: Final = "Use a png, jpg, gif, webp or webm picture, or a wav, mp3 or ogg sound."
_CHANNELS: Final = (1, 2)
_SAMPLE_BYTES: Final = range(1, 5)
_RATES: Final = range(8_000, 192_001)
_EBML: Final = b"\x1a\x45\xdf\xa3"
_DOCTYPE: Final = b"\x42\x82"
_HEAD: Final = 4096


@dataclass(frozen=True)
class Content:
    """A checked file as it will be kept. `ending` is one of the library's; sizes are pixels."""

    data: bytes
    ending: str
    width: int | None = None
    height: int | None = None
    moving: bool = False
    note: str = ""


def made_anew(raw: bytes) -> Content:
    """The file as it may be kept. Raises `CommandRefusedError` that says why it may not."""
    if raw.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a")) or _is_riff(raw, b"WEBP"):
        from streamer_app.services.library_pictures import picture_anew  # noqa: PLC0415 - Pillow only for pictures

        return picture_anew(raw)
    if _is_riff(raw, b"WAVE"):
        return _wav(raw)
    if raw.startswith(_EBML):
        return _webm(raw)
    if raw.startswith(b"OggS"):
        return _ogg(raw)
    if raw.startswith(b"ID3") or _mp3_frame(raw, 0):
        return _mp3(raw)
    raise _not_usable(raw)


def refused(what: str, remedy: str = _ALLOWED) -> CommandRefusedError:
    """A file that is not kept."""
    return CommandRefusedError(what, f"Nothing was kept. {remedy}")


def _not_usable(raw: bytes) -> CommandRefusedError:
    head = raw[:_HEAD].lower()
    if not raw:
        return refused("This file is empty")
    if b"<svg" in head or head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<?xml"):
        return refused("SVG pictures are not allowed: they can carry scripts", "Save it as a png, and add that.")
    if raw[4:8] == b"ftyp":
        return refused("This is an mp4, heic or avif file", "Save a video as webm, a picture as png or jpg.")
    return refused("This is no kind of file that alerts can show or play")


def _is_riff(raw: bytes, kind: bytes) -> bool:
    return raw[:4] == b"RIFF" and raw[8:12] == kind


def _wav(raw: bytes) -> Content:
    """Read and written anew: only the samples are kept."""
    try:
        with wave.open(io.BytesIO(raw), "rb") as sound:
            channels, width, rate = sound.getnchannels(), sound.getsampwidth(), sound.getframerate()
            samples = sound.readframes(sound.getnframes())
    except (wave.Error, EOFError, ValueError, ZeroDivisionError, RuntimeError, struct.error) as problem:
        raise refused("This wav file cannot be read", "Save it as wav with 16-bit PCM, or as mp3 or ogg.") from problem
    if width not in _SAMPLE_BYTES:
        raise refused("This wav file has samples of a strange size", "Save it as wav with 16-bit PCM.")
    samples = samples[: len(samples) // (channels * width) * channels * width]
    if not samples or channels not in _CHANNELS or rate not in _RATES:
        raise refused("This wav file has no sound in it, or more than two channels", "Save it as stereo, 16-bit PCM.")
    made = io.BytesIO()
    with wave.open(made, "wb") as anew:
        anew.setnchannels(channels)
        anew.setsampwidth(width)
        anew.setframerate(rate)
        anew.writeframes(samples)
    return Content(made.getvalue(), "wav")


def _webm(raw: bytes) -> Content:
    """EBML's head names the document type: Matroska's other files are refused."""
    head = raw[: min(_HEAD, 64)]
    place = head.find(_DOCTYPE)
    size = head[place + 2] & 0x7F if 0 <= place < len(head) - 2 else 0
    if head[place + 3 : place + 3 + size].rstrip(b"\0") != b"webm":
        raise refused("This is a Matroska video, but no webm", "Save it as webm (VP8, VP9 or AV1).")
    if raw.find(b"\x18\x53\x80\x67", 0, _HEAD) < 0:
        raise refused("This webm is not whole", "Save it anew, and add that.")
    return Content(raw, "webm", moving=True, note=NOT_MADE_ANEW)


def _ogg(raw: bytes) -> Content:
    first = raw[:_HEAD]
    begins = len(first) > 27 and first[4] == 0 and first[5] & 2  # noqa: PLR2004 - the page's fixed head, and its flag
    packet = first[27 + first[26] :] if begins else b""
    if not packet.startswith((b"\x01vorbis", b"OpusHead")):
        raise refused("This ogg file holds no Vorbis or Opus sound", "Save it as ogg with Vorbis or Opus, or as mp3.")
    return Content(raw, "ogg", note=NOT_MADE_ANEW)


def _mp3(raw: bytes) -> Content:
    """Its tags go, with the pictures in them; two frames in a row must be there."""
    start = 0
    while raw[start : start + 3] == b"ID3" and len(raw) >= start + 10:
        size = raw[start + 6 : start + 10]
        footer = 10 if raw[start + 5] & 0x10 else 0
        start += 10 + footer + (size[0] << 21 | size[1] << 14 | size[2] << 7 | size[3])
    length = _mp3_frame(raw, start)
    if not length or not _mp3_frame(raw, start + length):
        raise refused("This mp3 file cannot be read", "Save it as mp3 anew, or as wav or ogg.")
    return Content(raw[start:], "mp3", note=NOT_MADE_ANEW)


_MP3_KBITS: Final = (
    (0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
)
_MP3_RATES: Final = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}


def _mp3_frame(raw: bytes, at: int) -> int:
    """Length in bytes of the layer III frame at this place, 0 where there is none."""
    head = raw[at : at + 4]
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:  # noqa: PLR2004 - the frame's head
        return 0
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    bits, rate = head[2] >> 4, head[2] >> 2 & 3
    if version == 1 or layer != 1 or bits in (0, 15) or rate == 3:  # noqa: PLR2004 - reserved values
        return 0
    kbits = _MP3_KBITS[2 if version == 3 else 4][bits]  # noqa: PLR2004 - 3 is MPEG 1
    factor = 144 if version == 3 else 72  # noqa: PLR2004 - as above
    return factor * kbits * 1000 // _MP3_RATES[version][rate] + (head[2] >> 1 & 1)
