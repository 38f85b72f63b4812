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
from streamer_app.core.placing import Anchor, Entrance, PicturePlace, Place
from streamer_app.core.widget_states import WidgetState

PROTOCOL_VERSION: Final = 1
ALERTS: Final = "alerts"
"""The widget that shows donations. A page without it never speaks; other widgets go by the names of their settings."""
MAX_WIDGETS: Final = 32
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


class PartKind(StrEnum):
    """What a piece of the headline is: a theme gives each its own face."""

    NAME = "name"
    AMOUNT = "amount"
    TEXT = "text"


class HeadlinePart(msgspec.Struct, frozen=True):
    """A piece of a streamer's own headline, in reading order."""

    kind: PartKind
    text: str


class PictureKind(StrEnum):
    """How the page shows it: `image` covers animated gif and webp too, `video` is silent and loops while on stage."""

    IMAGE = "image"
    VIDEO = "video"


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """A picture from the streamer's library. `url` is relative to the page's own folder (`/overlay/<key>/`)."""

    url: str
    kind: PictureKind
    place: PicturePlace = PicturePlace.ABOVE


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """What a variation changes of its theme. None, empty: as the theme has it. Colours are `#rrggbb`."""

    anchor: Anchor | None = None
    x: int = 0
    """Offset from the anchor in pixels of the design (1920x1080), to the right."""
    y: int = 0
    """Downwards."""
    scale: float = 1.0
    font: str = ""
    """Name of one of the page's font families: jakarta, bricolage, chakra, pixelify, fredoka, mono."""
    accent: str = ""
    text: str = ""
    plate: str = ""
    entrance: Entrance = Entrance.THEME


class Speech(msgspec.Struct, frozen=True, kw_only=True):
    """What is read aloud after the chime, as a file the server has made or is making: asking for it waits for it.

    404 or 503: it failed, and the page plays `failed_url` instead, so that the streamer hears that it is missing.
    """

    url: str
    """Relative to the page's own folder."""
    failed_url: str
    """Path on this server."""
    volume: float
    expected_ms: int
    """How long it is, or is thought to be."""


class Media(msgspec.Struct, frozen=True, kw_only=True):
    """A YouTube video, played after chime and speech; the alert leaves when it has ended."""

    video_id: str
    start_seconds: int
    play_seconds: int
    """It is stopped after so many seconds, whatever its own end."""
    volume: float
    title: str = ""


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """What is on stage, ready to be shown: text only, never markup. An anonymous donor's name is already replaced.

    `amount_text` is formatted by the server ("Rp25.000"); `lead` is the small line between donor and amount in the
    viewer's language ("mengirim"); `message` may be empty.
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
    headline: tuple[HeadlinePart, ...] = ()
    """Instead of `donor` and `lead`, where a variation has its own words. An amount in it has no line of its own."""
    picture: Picture | None = None
    speech: Speech | None = None
    media: Media | None = None
    media_missing: str = ""
    """Why a video that was paid for is not played, in the viewer's language, as a small line. Empty: nothing is."""
    look: Look = Look()


class StageTiming(msgspec.Struct, frozen=True, kw_only=True):
    """Milliseconds. `on_stage_ms` counts from the first painted frame to the start of leaving, entering included.

    An alert never leaves before `after_speech_ms` have passed since its speech ended, nor before its video has.
    """

    enter_ms: int
    on_stage_ms: int
    leave_ms: int
    speech_gap_ms: int = 300
    """Between the chime and what follows, and between speech and video."""
    after_speech_ms: int = 1000


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
    speech_volume: float = 1.0
    media_volume: float = 0.5
    custom_css: str | None = None
    """The streamer's own style sheet, relative to the page's own folder; its name changes with its content."""


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
    """Of alerts' own sounds, 0.0 to 1.0; what an alert says of itself is multiplied with it."""
    reduced_motion: bool
    muted: tuple[Channel, ...] = ()
    speech_volume: float = 1.0
    media_volume: float = 0.5
    custom_css: str | None = None


class WidgetUpdate(msgspec.Struct, frozen=True, tag="widget.update", kw_only=True):
    """What a widget shows from now on. Only pages that named it get it; a revision they have is not sent again."""

    widget: str
    """The name of its settings: "goal", "top", "my-second-goal"."""
    revision: int
    theme: str
    place: Place
    state: WidgetState | None
    """None: there is no such widget, or it is switched off; the page shows nothing of it."""


class Ping(msgspec.Struct, frozen=True, tag="ping", kw_only=True):
    """Lets the page notice a dead server, and the server a page whose loop is stuck. Answered by `pong`."""

    n: int


ServerMessage = Hello | Identified | RoleChanged | AlertShow | AlertStop | SettingsUpdate | WidgetUpdate | Ping

# Page to server


class Identify(msgspec.Struct, frozen=True, tag="identify", kw_only=True):
    """Who the page is. The access key stands in the socket's URL, never in a message that might be logged."""

    protocol: int
    page_instance: str
    """Random per page load, 8 to 64 characters."""
    widgets: list[str]
    """What it shows: `ALERTS` and names of widgets, at most `MAX_WIDGETS`; ["*"]: alerts and the whole canvas."""
    in_obs: bool
    """`window.obsstudio` exists."""
    obs_version: str | None = None
    active: bool | None = None
    """Active in OBS's program; None where the page cannot know."""
    visible: bool = True
    resume: Resume | None = None
    widget_revisions: dict[str, int] = {}
    """What it shows already, after a reconnect."""


class AlertStarted(msgspec.Struct, frozen=True, tag="alert.started", kw_only=True):
    """The text is painted (reported after the second animation frame)."""

    run_id: UUID
    fence: Fence


class SoundKind(StrEnum):
    """What is heard; at most one of them at a time."""

    CHIME = "chime"
    SPEECH = "speech"
    MEDIA = "media"


class AlertProgress(msgspec.Struct, frozen=True, tag="alert.progress", kw_only=True):
    """About once a second while on stage. `frames` painted since the start; `audio_ms` by its clock."""

    run_id: UUID
    fence: Fence
    shown_ms: int
    frames: int
    audio_ms: int
    heard: SoundKind | None = None
    """What is playing now; None in the pauses between."""
    media_left_ms: int | None = None
    """Until the video ends, while it plays."""


class AlertFinished(msgspec.Struct, frozen=True, tag="alert.finished", kw_only=True):
    """Text was painted, sound has ended, the time on stage has passed, and the stage is empty again."""

    run_id: UUID
    fence: Fence
    shown_ms: int
    audible: bool
    troubles: tuple[str, ...] = ()
    """What could not be played, as the page's own short codes: `speech_failed`, `media_150`, `media_timeout`, ..."""


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
