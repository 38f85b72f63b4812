"""Pictures, decoded and encoded anew by Pillow: metadata and whatever else hid in the file is gone."""

from __future__ import annotations

import io
import warnings
from typing import Final

import structlog
from PIL import Image, ImageOps, ImageSequence

from streamer_app.core.errors import CommandRefusedError
from streamer_app.core.library_files import LONGEST_SIDE, MOST_FRAMES, MOST_MOVING_PIXELS, MOST_PIXELS
from streamer_app.services.library_content import Content, refused

_FORMATS: Final = {"PNG": "png", "JPEG": "jpg", "GIF": "gif", "WEBP": "webp"}
_MOVING: Final = ("GIF", "WEBP")
_JPEG_QUALITY: Final = 92
_WEBP_QUALITY: Final = 90
_MOVING_QUALITY: Final = 80
_USUAL_MS: Final = 100
_FIRST_ONLY: Final = "Only the first picture of this animation is kept: use gif or webp for pictures that move."
_log = structlog.get_logger(__name__)

# Pillow itself refuses twice this: also a gif that grows with a later frame.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS // 2


def picture_anew(raw: bytes) -> Content:
    """The picture in a new file. Raises `CommandRefusedError` for broken files, and for what is too large to draw."""
    with warnings.catch_warnings():
        # The size is asked before anything is drawn; broken metadata is dropped anyhow.
        warnings.simplefilter("ignore")
        try:
            with _open(raw) as whole:
                _check_size(whole)
                whole.verify()
            with _open(raw) as image:
                return _again(image)
        except CommandRefusedError:
            raise
        except Image.DecompressionBombError as problem:
            raise _too_many_pixels() from problem
        except Exception as problem:  # Pillow's readers let through whatever a broken file makes them stumble over
            _log.info("library.picture_broken", error=type(problem).__name__)
            raise refused("This picture is broken or not whole", "Save it anew, and add that.") from problem


def _open(raw: bytes) -> Image.Image:
    return Image.open(io.BytesIO(raw), formats=tuple(_FORMATS))


def _too_many_pixels() -> Exception:
    return refused(
        f"This picture is too large: at most {LONGEST_SIDE} pixels a side, {MOST_PIXELS // 10**6} million in all",
        "Make it smaller: no overlay needs more than 1920x1080.",
    )


def _check_size(image: Image.Image) -> None:
    width, height = image.size
    if width < 1 or height < 1 or max(width, height) > LONGEST_SIDE or width * height > MOST_PIXELS:
        raise _too_many_pixels()


def _again(image: Image.Image) -> Content:
    kind = str(image.format)
    frames: int = getattr(image, "n_frames", 1)
    if frames > 1 and kind in _MOVING:
        return _moving(image, kind, frames)
    note = _FIRST_ONLY if frames > 1 else ""
    still = ImageOps.exif_transpose(image)
    clean = still.convert("RGBA" if still.has_transparency_data and kind != "JPEG" else "RGB")
    clean.info.clear()
    made = io.BytesIO()
    if kind == "JPEG":
        clean.save(made, kind, quality=_JPEG_QUALITY)
    elif kind == "WEBP":
        clean.save(made, kind, quality=_WEBP_QUALITY, method=3)
    else:
        clean.save(made, kind)
    return Content(made.getvalue(), _FORMATS[kind], *clean.size, note=note)


def _moving(image: Image.Image, kind: str, frames: int) -> Content:
    """Frame by frame: at no time are all of them in memory as full pictures."""
    width, height = image.size
    if frames > MOST_FRAMES or frames * width * height > MOST_MOVING_PIXELS:
        raise refused(
            f"This animation is too long or too large: at most {MOST_FRAMES} frames, and "
            f"{MOST_MOVING_PIXELS // 10**6} million pixels in all",
            "Make it shorter or smaller, or save it as webm.",
        )
    durations = []
    for frame in ImageSequence.Iterator(image):
        if frame.size != (width, height):
            raise refused("This animation has frames of several sizes", "Save it anew, and add that.")
        frame.load()
        durations.append(max(20, int(frame.info.get("duration") or _USUAL_MS)))
    image.seek(0)
    made = io.BytesIO()
    loop = int(image.info.get("loop", 1 if kind == "GIF" else 0))
    if kind == "GIF":
        image.save(made, kind, save_all=True, duration=durations, comment=b"", **({"loop": loop} if loop != 1 else {}))
    else:
        image.save(
            made,
            kind,
            save_all=True,
            duration=durations,
            loop=loop,
            quality=_MOVING_QUALITY,
            method=2,
            exif=b"",
            xmp=b"",
            icc_profile=b"",
        )
    return Content(made.getvalue(), _FORMATS[kind], width, height, moving=True)
