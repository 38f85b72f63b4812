"""The server's keys: one shows the overlay, another one commands the studio. Neither opens the other's door."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from streamer_app.core.access import KEY_RANDOM_BYTES, keys_match


def new_key() -> str:
    """A fresh unguessable key, 32 URL-safe characters."""
    return secrets.token_urlsafe(KEY_RANDOM_BYTES)


@dataclass(frozen=True)
class AccessKeys:
    """`display` stands in the overlay's URL, `preview` in that of previews; both are kept until they are rotated.

    `control` is made anew by each studio. An empty key opens nothing. None appears in the representation: a
    key must not reach a log through a traceback or a debugger's print.
    """

    display: str = field(repr=False)
    control: str = field(repr=False)
    preview: str = field(default="", repr=False)

    def opens_display(self, given: str) -> bool:
        """Whether this key may load the overlay and open its socket."""
        return keys_match(given, self.display)

    def opens_preview(self, given: str) -> bool:
        """Whether this key may load previews and open their socket. It never opens the display's door."""
        return keys_match(given, self.preview)

    def opens_control(self, given: str) -> bool:
        """Whether this key may send commands and read the picture."""
        return keys_match(given, self.control)
