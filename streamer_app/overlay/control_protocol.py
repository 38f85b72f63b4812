"""What clients and the control endpoints agree on: paths, limits, and the shape of a refusal.

`POST /control/command` takes a `Command` and answers 200 `CommandResult`, 409 `CommandRefused`, or 503 `Problem`.
`POST /control/ask` takes a question or an errand (`core.questions`) and answers 200 with JSON lines: any number of
`Progress`, empty lines while nothing is to be told, then one answer; closing the connection cancels.
`GET /control/picture` answers the newest event of each kind as a list; `GET /control/events` is a WebSocket that
starts with the picture and goes on with events. `POST /control/stop` answers 202. All need the header
`Authorization: Bearer <the studio's own key>`; without it they answer 401. They answer programs of this computer only.
What the owner of a control key may use is in `core.control_page`.
"""

from __future__ import annotations

from typing import Final

import msgspec

from streamer_app.core.errors import Reason

COMMAND_PATH: Final = "/control/command"
ASK_PATH: Final = "/control/ask"
PICTURE_PATH: Final = "/control/picture"
EVENTS_PATH: Final = "/control/events"
STOP_PATH: Final = "/control/stop"
CONTROL_PAGE_PATH: Final = "/control/{key:[A-Za-z0-9_-]{32}}"
CONTROL_SOCKET_PATH: Final = CONTROL_PAGE_PATH + "/socket"
API_COMMAND_PATH: Final = "/api/v1/command"
API_PICTURE_PATH: Final = "/api/v1/picture"
MAX_COMMAND_BYTES: Final = 64 * 1024
MAX_PICTURE_BYTES: Final = 16 * 1024 * 1024


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """An `ActionableError` on the wire: what happened, and what the person can do."""

    title: str
    remedy: str
    reason: Reason | None = None
    facts: dict[str, str] = {}
