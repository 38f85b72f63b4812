"""A donation as people see it: the message, its money, and where it stands in the show."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from streamer_app.core.rules import Verdict


class ItemState(StrEnum):
    """Where a donation message stands now: a fold over facts and runs, stored nowhere as such."""

    WAITING = "waiting"
    PLAYING = "playing"
    HELD = "held"
    PLAYED = "played"
    SKIPPED = "skipped"
    UNPLAYABLE = "unplayable"
    WITHDRAWN = "withdrawn"
    MISSED = "missed"
    HISTORY = "history"


class MediaRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What a donor asked for beside the text, as the schema keeps it. Nothing here was checked by anybody."""

    kind: str
    """TTS or YOUTUBE."""
    video_id: str | None = None
    start_seconds: int | None = None
    end_seconds: int | None = None
    duration_seconds: int | None = None
    tts_language: str | None = None
    tts_voice: str | None = None


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One donation message with the money behind it. Amounts are integers in the currency's smallest unit.

    `donor_name` and `message` are what the donor wrote, or None: the overlay's own rules (anonymous, masks, length)
    are applied where a run is opened, so that the streamer always sees the original.
    """

    donation_message_id: UUID
    transaction_id: UUID
    donor_name: str | None
    is_anonymous: bool
    message: str | None
    amount: int
    net_amount: int
    currency: str
    state: ItemState
    paid_at: datetime
    """coalesce(paid_at, created_at) of the transaction: the order of the show, with the message's id."""
    played_at: datetime | None = None
    replay: bool = False
    """A pending replay, not a first showing."""
    refunded: bool = False
    reason: str | None = None
    verdict: Verdict | None = None
    """What the rules said at arrival, where they said anything."""
    has_media: bool = False
    """A video comes with it."""
    media: MediaRequest | None = None
    payer_known: bool = False
    """The donor has an account: blocking names it, and not a name that anybody may write."""


class Playing(msgspec.Struct, frozen=True, kw_only=True):
    """What is on stage. `item` is None for a test alert."""

    run_id: UUID
    item: Item | None
    started_at: datetime | None
    """None until the page says that the text is painted."""
    offset_ms: int
    expected_ms: int


class QueueView(msgspec.Struct, frozen=True, kw_only=True):
    """The queue as one consistent picture. Lists are cut at a screenful or two; the counts are exact."""

    revision: int
    playing: Playing | None = None
    waiting: tuple[Item, ...] = ()
    waiting_count: int = 0
    held: tuple[Item, ...] = ()
    failed: tuple[Item, ...] = ()
    missed: tuple[Item, ...] = ()
    missed_count: int = 0
    paused: bool = False
    """No further alert starts: by a pause, or by a panic."""
    panic: bool = False
    muted: tuple[str, ...] = ()
    """Channels that are muted: alert, speech, media."""
    stale: bool = False
    """The queue cannot be asked at the moment: this is what was known of it last."""


class WalletLine(msgspec.Struct, frozen=True, kw_only=True):
    """A wallet with its exact balance; `stored` is the projection, which may be a moment behind it."""

    wallet_id: UUID
    user_id: UUID
    type: str
    currency: str
    balance: int
    stored: int


class LedgerLine(msgspec.Struct, frozen=True, kw_only=True):
    """One immutable ledger entry."""

    entry_id: UUID
    wallet_id: UUID
    wallet_type: str
    entry_type: str
    amount: int
    currency: str
    source_type: str
    source_id: UUID
    description: str | None
    created_at: datetime
