"""Access keys: what they look like and how two are compared. Making one needs randomness: `overlay.access_keys`."""

from __future__ import annotations

import hmac
import re
from typing import Final

KEY_RANDOM_BYTES: Final = 24
"""192 bits: beyond guessing, even by a program on the same machine that may ask a thousand times a second."""

_KEY: Final = re.compile(r"[A-Za-z0-9_-]{32}")


def is_key(text: str) -> bool:
    """Whether a stored text has the shape of a key: 24 random bytes as 32 characters of URL-safe base64."""
    return _KEY.fullmatch(text) is not None


def keys_match(given: str, expected: str) -> bool:
    """Compare in constant time. An empty expected key matches nothing, so that a missing key never opens a door."""
    same = hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode("utf-8", "replace"))
    return same and expected != ""
