"""What the control page and the server say to each other over one WebSocket, and where both meet.

`/control/<key>` is the page, `/control/<key>/socket` its socket. The server says `hello`, the page answers `resume`
within `RESUME_SECONDS`, and gets a `picture` unless it has that one already; then one whenever it changes, the newest
only. A page that lost its connection sends the commands that were not answered again: their ids make that harmless.
The TypeScript types are generated from this module (`overlay_web/src/control/protocol.gen.ts`).

The same commands by HTTP: `POST /api/v1/command` (200 `CommandResult`, 409 or 403 `CommandRefused`, 503 `Problem`) and
`GET /api/v1/picture?language=id&money=1`, both with `Authorization: Bearer <key>`.
"""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum
from typing import Final
from uuid import UUID

import msgspec

from streamer_app.core.commands import Command
from streamer_app.core.control_picture import ControlPicture
from streamer_app.core.errors import Reason
from streamer_app.core.rights import Right

RESUME_SECONDS: Final = 5.0
MAX_MESSAGE_BYTES: Final = 64 * 1024
"""Of one message of the page."""
COMMANDS_AT_ONCE: Final = 32
"""Commands of one socket that may be on their way; more than a hand can press."""
UNANSWERED_PINGS: Final = 3
"""A page that said nothing over so many pings is closed; the page gives the server as long."""


class ControlClose(IntEnum):
    """Why the server closed a control page's socket."""

    NOT_RESUMED = 4101
    BAD_MESSAGE = 4102
    SLOW_CLIENT = 4103
    KEY_REVOKED = 4104
    STUDIO_STOPPING = 4105
    TOO_MANY_COMMANDS = 4106


# Server to page


class Hello(msgspec.Struct, frozen=True, tag="hello", kw_only=True):
    """First message on every socket: whose key this is. A page of another build reloads itself once."""

    name: str
    rights: tuple[Right, ...]
    version: str
    asset_version: str
    revision: int
    now: datetime
    """The server's clock: a phone's may be off, and how far an alert is depends on it."""


class Picture(msgspec.Struct, frozen=True, tag="picture", kw_only=True):
    """All that is to be seen. `mark` names what it says: the same mark is the same picture, whoever made it."""

    mark: str
    picture: ControlPicture


class Result(msgspec.Struct, frozen=True, tag="result", kw_only=True):
    """Done."""

    command_id: UUID
    revision: int
    count: int | None = None
    repeated: bool = False


class Refused(msgspec.Struct, frozen=True, tag="refused", kw_only=True):
    """Not done, and why; `facts` as `Reason` says."""

    command_id: UUID
    revision: int
    title: str
    remedy: str
    reason: Reason | None = None
    facts: dict[str, str] = {}


class Failed(msgspec.Struct, frozen=True, tag="problem", kw_only=True):
    """Not done, and not the command's fault: something is away or starting."""

    command_id: UUID
    title: str
    remedy: str
    reason: Reason | None = None


class Ping(msgspec.Struct, frozen=True, tag="ping", kw_only=True):
    """Lets each side notice that the other is gone. Answered by `pong`."""

    n: int


ServerMessage = Hello | Picture | Result | Refused | Failed | Ping

# Page to server


class Resume(msgspec.Struct, frozen=True, tag="resume", kw_only=True):
    """What the page has, and how it wants to see the rest. `language` is "id" or "en"."""

    mark: str | None
    language: str
    money: bool = False


class ShowMoney(msgspec.Struct, frozen=True, tag="money", kw_only=True):
    """The page's switch for amounts. Without the right it changes nothing."""

    shown: bool


class Order(msgspec.Struct, frozen=True, tag="command", kw_only=True):
    """A command. The server writes the key's name over its `actor`."""

    command: Command


class Pong(msgspec.Struct, frozen=True, tag="pong", kw_only=True):
    """Answers `ping` with its number."""

    n: int


PageMessage = Resume | ShowMoney | Order | Pong
