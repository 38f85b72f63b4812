"""What the studio tells its windows.

Each event replaces the last one of its kind, so a slow window may drop all but the newest; nothing here is a log.
"""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

import msgspec

from streamer_app.core.donations import Item, LedgerLine, QueueView, WalletLine
from streamer_app.core.errors import Reason


class LightState(StrEnum):
    """`OK` works; `BUSY` is starting; `ATTENTION` works but wants the streamer; `DOWN` does not work."""

    OK = "ok"
    BUSY = "busy"
    ATTENTION = "attention"
    DOWN = "down"


class LightReason(StrEnum):
    """Why a light is as it is; the window has a sentence for each in both languages."""

    READY = "ready"
    STARTING = "starting"
    CREATING_DATABASE = "creating_database"
    DATABASE_UNREACHABLE = "database_unreachable"
    DATABASE_FULL = "database_full"
    SCHEMA_UNUSABLE = "schema_unusable"
    QUEUE_UNREACHABLE = "queue_unreachable"
    QUEUE_REBUILDING = "queue_rebuilding"
    HELD_ELSEWHERE = "held_elsewhere"
    NO_PAGE = "no_page"
    SOURCE_INACTIVE = "source_inactive"
    PAGE_SILENT = "page_silent"
    PAGE_FROZEN = "page_frozen"
    PORT_CHANGED = "port_changed"
    PORT_UNAVAILABLE = "port_unavailable"


class Light(msgspec.Struct, frozen=True, kw_only=True):
    """One light of the strip. `detail` is a fact worth a tooltip (a holder's name, an address), never a secret."""

    state: LightState
    reason: LightReason
    detail: str = ""


class Lights(msgspec.Struct, frozen=True, tag="lights", kw_only=True):
    """Database, queue and overlay; `pages` counts connected overlay pages, `speaker` names the one that speaks."""

    database: Light
    queue: Light
    overlay: Light
    pages: int = 0
    speaker: str | None = None


class QueueChanged(msgspec.Struct, frozen=True, tag="queue", kw_only=True):
    """The queue's picture after a change."""

    queue: QueueView


class BalancesChanged(msgspec.Struct, frozen=True, tag="balances", kw_only=True):
    """The streamer's own wallets (PENDING, CASH), absent ones shown as 0 by the window."""

    wallets: tuple[WalletLine, ...]


class DonationsChanged(msgspec.Struct, frozen=True, tag="donations", kw_only=True):
    """The latest donations, newest first."""

    donations: tuple[Item, ...]


class LedgerChanged(msgspec.Struct, frozen=True, tag="ledger", kw_only=True):
    """The latest entries of the streamer's wallets, newest first."""

    entries: tuple[LedgerLine, ...]


class OverlayAddress(msgspec.Struct, frozen=True, tag="overlay_address", kw_only=True):
    """Where OBS finds the overlay. The URL carries the display key: show it only on request, log it never."""

    url: str
    width: int = 1920
    height: int = 1080


class Notice(msgspec.Struct, frozen=True, tag="notice", kw_only=True):
    """Something the streamer can act on, in words; `reason` lets a window say it in its own language."""

    title: str
    remedy: str
    reason: Reason | None = None
    facts: dict[str, str] = {}


class PageLine(msgspec.Struct, frozen=True, kw_only=True):
    """One open page as a window may name it. `name`: "OBS 31.0" or "Browser"."""

    page_instance: str
    name: str
    speaks: bool
    on_air: bool
    frozen: bool
    pinned: bool
    alerts: bool
    """It shows donations; widgets alone never speak."""


class PagesChanged(msgspec.Struct, frozen=True, tag="pages", kw_only=True):
    """The open pages, in the order they came."""

    pages: tuple[PageLine, ...]


class Identity(msgspec.Struct, frozen=True, tag="identity", kw_only=True):
    """Whose studio this is."""

    streamer_user_id: UUID
    platform_user_id: UUID


Event = (
    Lights
    | QueueChanged
    | BalancesChanged
    | DonationsChanged
    | LedgerChanged
    | OverlayAddress
    | PagesChanged
    | Notice
    | Identity
)
