"""What the overlay page and the server say to each other over one WebSocket.

The page is dumb: it shows what it is told and reports what it did. Every message is one JSON object with a `type`
named `noun.verb`; unknown fields are ignored in both directions, so either side may be newer by one release.
The TypeScript types are generated from this module (`overlay_web/src/protocol.gen.ts`); staleness fails the check.

Order: the server says `hello`, the page answers `identify` within `IDENTIFY_TIMEOUT_SECONDS`, the server says
`identified`. Nothing else may be sent before. One page per streamer is the speaker: it plays sound and its reports
count. All others are mirrors: they show the same alert without sound, and their reports are ignored.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import Final
from uuid import UUID

import msgspec

from streamer_app.core.commands import Channel

PROTOCOL_VERSION: Final = 1
IDENTIFY_TIMEOUT_SECONDS: Final = 5.0
PING_INTERVAL_SECONDS: Final = 5.0
"""The server pings this often. A page that has heard nothing for three intervals drops its socket and reconnects."""
MAX_PAGE_MESSAGE_BYTES: Final = 16 * 1024
OUTBOX_LIMIT: Final = 64
"""Messages a slow page may leave unread before its socket is closed with `SLOW_CLIENT`."""


class CloseCode(IntEnum):
    """Why the server closed a page's socket. 4000-4999 is the range the WebSocket standard leaves to applications."""

    NOT_IDENTIFIED = 4001
    BAD_MESSAGE = 4002
    PROTOCOL_MISMATCH = 4003
    SLOW_CLIENT = 4004
    KEY_ROTATED = 4005
    STUDIO_STOPPING = 4006


class Role(StrEnum):
    """What a page is: exactly one speaker per streamer, the rest mirror it silently."""

    SPEAKER = "speaker"
    MIRROR = "mirror"


class Fence(msgspec.Struct, frozen=True):
    """Names one showing. Compared for equality only: a report with another fence is logged and ignored."""

    epoch: int
    counter: int


class Tier(StrEnum):
    """How grand an alert is, by its amount: under Rp50.000 compact, under Rp250.000 full, above grand."""

    COMPACT = "compact"
    FULL = "full"
    GRAND = "grand"


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """What is on stage, ready to be shown: text only, never markup. An anonymous donor's name is already replaced.

    `amount_text` is formatted by the server ("Rp25.000"); `lead` is the small line between donor and amount in the
    viewer's language ("mengirim"); `message` may be empty; `message_language` is a BCP 47 tag or empty.
    """

    donor: str
    lead: str
    amount_text: str
    message: str
    theme: str
    tier: Tier
    sound_url: str | None
    """Path on this server, or None for a silent alert."""
    volume: float
    """0.0 to 1.0."""
    badge: str | None
    """Shown as a label on the plate; "TEST" for test alerts."""


class StageTiming(msgspec.Struct, frozen=True, kw_only=True):
    """Milliseconds. `on_stage_ms` counts from the first painted frame to the start of leaving, entering included."""

    enter_ms: int
    on_stage_ms: int
    leave_ms: int


class Resume(msgspec.Struct, frozen=True, kw_only=True):
    """What a page that lost its server still has, or last had, on stage."""

    run_id: UUID
    shown_ms: int
    ended: bool
    """True when every condition of `alert.finished` was met, though nobody was there to be told."""
    audible: bool = False


# Server to page


class Hello(msgspec.Struct, frozen=True, tag="hello", kw_only=True):
    """First message on every socket. A page built for another `asset_version` reloads itself once."""

    protocol: int
    server_version: str
    asset_version: str


class Identified(msgspec.Struct, frozen=True, tag="identified", kw_only=True):
    """The page is accepted, and knows its role."""

    role: Role
    theme: str
    language: str
    volume: float
    reduced_motion: bool
    muted: tuple[Channel, ...] = ()
    """Played without being heard: the time on stage stays as it is."""


class RoleChanged(msgspec.Struct, frozen=True, tag="role.changed", kw_only=True):
    """Another page came or went. Never sent while the page has an alert on stage, unless its speaker is gone."""

    role: Role


class AlertShow(msgspec.Struct, frozen=True, tag="alert.show", kw_only=True):
    """Put this on stage now, at `offset_ms` into its time. `chime` is False when a run resumes.

    A page that still has the previous run of the same message on stage (`continues_run_id`) keeps it there without
    entering again, and only takes over the new run id and fence.
    """

    run_id: UUID
    fence: Fence
    message_id: UUID | None
    """None for a test alert."""
    alert: Alert
    timing: StageTiming
    offset_ms: int
    chime: bool
    continues_run_id: UUID | None


class AlertStop(msgspec.Struct, frozen=True, tag="alert.stop", kw_only=True):
    """Leave the stage now and be silent within 200 ms. Ignored unless `run_id` is on stage."""

    run_id: UUID
    reason: str


class SettingsUpdate(msgspec.Struct, frozen=True, tag="settings.update", kw_only=True):
    """Live settings of every page, the alert on stage included."""

    theme: str
    language: str
    volume: float
    reduced_motion: bool
    muted: tuple[Channel, ...] = ()


class Ping(msgspec.Struct, frozen=True, tag="ping", kw_only=True):
    """Lets the page notice a dead server, and the server a page whose loop is stuck. Answered by `pong`."""

    n: int


ServerMessage = Hello | Identified | RoleChanged | AlertShow | AlertStop | SettingsUpdate | Ping

# Page to server


class Identify(msgspec.Struct, frozen=True, tag="identify", kw_only=True):
    """Who the page is. The access key stands in the socket's URL, never in a message that might be logged."""

    protocol: int
    page_instance: str
    """Random per page load, 8 to 64 characters."""
    widgets: list[str]
    in_obs: bool
    """`window.obsstudio` exists."""
    obs_version: str | None = None
    active: bool | None = None
    """Active in OBS's program; None where the page cannot know."""
    visible: bool = True
    resume: Resume | None = None


class AlertStarted(msgspec.Struct, frozen=True, tag="alert.started", kw_only=True):
    """The text is painted (reported after the second animation frame)."""

    run_id: UUID
    fence: Fence


class AlertProgress(msgspec.Struct, frozen=True, tag="alert.progress", kw_only=True):
    """About once a second while on stage. `frames` painted since the start; `audio_ms` on the audio clock."""

    run_id: UUID
    fence: Fence
    shown_ms: int
    frames: int
    audio_ms: int


class AlertFinished(msgspec.Struct, frozen=True, tag="alert.finished", kw_only=True):
    """Text was painted, sound has ended, the time on stage has passed, and the stage is empty again."""

    run_id: UUID
    fence: Fence
    shown_ms: int
    audible: bool


class AlertFailed(msgspec.Struct, frozen=True, tag="alert.failed", kw_only=True):
    """The page could not show the run. `reason` is one of the page's own short codes, 1 to 100 characters."""

    run_id: UUID
    fence: Fence
    reason: str


class SourceActive(msgspec.Struct, frozen=True, tag="source.active", kw_only=True):
    """OBS says whether the source is in the program scene and visible."""

    active: bool | None
    visible: bool


class Pong(msgspec.Struct, frozen=True, tag="pong", kw_only=True):
    """Answers `ping` with its number."""

    n: int


PageMessage = Identify | AlertStarted | AlertProgress | AlertFinished | AlertFailed | SourceActive | Pong
