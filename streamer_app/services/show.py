"""What the dispatcher knows while it runs, and the parts it speaks to. Owned by one task: the dispatcher's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from streamer_app.core.clock import Clock
from streamer_app.core.donations import Item
from streamer_app.core.errors import DatabaseUnavailableError, QueueUnavailableError, Reason
from streamer_app.core.events import LightReason
from streamer_app.core.judging import Judge
from streamer_app.core.overlay_protocol import AlertShow
from streamer_app.core.overlay_settings import OverlaySettings
from streamer_app.core.playback import QueueWide, standing
from streamer_app.core.ranks import natural_rank
from streamer_app.core.rules import Rules
from streamer_app.core.stage_settings import StageSettings
from streamer_app.services.journal import Journal
from streamer_app.services.queued import Queued
from streamer_app.services.rulebook import DonorBlocks, judge_of
from streamer_app.services.stage import Stage
from streamer_app.services.staging import Backstage
from streamer_app.services.widgets import WidgetDesk
from streamer_app.store.database import Connection
from streamer_app.store.leases import Lease
from streamer_app.store.playback import Message, RunOpening
from streamer_app.store.queue import Claim, StreamerQueue


@dataclass(frozen=True)
class Plan:
    """How an interrupted message goes on. `rank` is the place it had before it went in front."""

    previous_run_id: UUID
    shown_ms: int
    interruptions: int
    rank: int
    since: float
    """Monotonic seconds of the interruption."""


@dataclass
class OnStage:
    """The run that plays now. `message` is None for a test alert, and then there is no claim either."""

    show: AlertShow
    message: Message | None
    claim: Claim | None
    opening: RunOpening | None
    rank: int
    interruptions: int
    expected_ms: int
    started_at: datetime | None = None


@dataclass(frozen=True)
class Looks:
    """The viewers' language, who helps with what is heard, and how alerts look where the streamer never said."""

    language: str = "id"
    unset: OverlaySettings = field(default_factory=OverlaySettings)
    backstage: Backstage = field(default_factory=Backstage)


@dataclass(frozen=True)
class TestAlert:
    """A test that waits for the stage."""

    item: Item
    first_time: bool = False


@dataclass
class Show:
    """One streamer's show: its parts, its settings, and where it stands."""

    streamer_user_id: UUID
    first_started_at: datetime
    queue: StreamerQueue
    stage: Stage
    settings: StageSettings
    clock: Clock
    later: Callable[[float, Callable[[], None]], Callable[[], None]]
    """Call back after so many seconds; the returned function cancels."""
    changed: Callable[[], None]
    """Something a picture of the queue would show has changed."""
    nudge: Callable[[], None]
    """The stage may be free for the next one: look again."""
    lost_database: Callable[[], None]
    """The dispatcher's connection is of no more use."""
    lost_lease: Callable[[], None]
    """The lease is another studio's by now: stop, and look who has it."""
    queue_trouble: Callable[[LightReason], None]
    """The queue does not answer, or does not hold what the facts say: load it anew."""
    journal: Journal
    looks: Looks = field(default_factory=Looks)
    database: Connection | None = None
    database_time: tuple[datetime, float] | None = None
    """The database's clock, and our monotonic one at that moment."""
    lease: Lease | None = None
    holder: str | None = None
    """Who else holds the lease, in words."""
    generation: str | None = None
    counter: int = 0
    """The highest fence counter of this epoch."""
    on_stage: OnStage | None = None
    wide: QueueWide = field(default_factory=QueueWide)
    """Paused, muted, panic: what stands for the whole queue."""
    overlay: OverlaySettings = field(default_factory=OverlaySettings)
    """How alerts look and sound."""
    rules: Rules = field(default_factory=Rules)
    judge: Judge = field(default_factory=lambda: judge_of(Rules()))
    blocks: DonorBlocks = field(default_factory=DonorBlocks)
    off_air: str | None = None
    """The page that plays although it is not on air, because somebody said so."""
    resting: bool = False
    """The gap between two alerts."""
    page_silent: bool = False
    desk: WidgetDesk | None = None
    """The widgets; None for a studio of one moment."""
    plans: dict[UUID, Plan] = field(default_factory=dict)
    queued: Queued = field(init=False)
    """Every message that waits or is on stage, as last read from the database."""
    missed: dict[UUID, Message] = field(default_factory=dict)
    failed: dict[UUID, Message] = field(default_factory=dict)
    held: dict[UUID, Message] = field(default_factory=dict)
    tests: list[TestAlert] = field(default_factory=list)

    def __post_init__(self) -> None:
        """What waits stands where its facts say."""
        self.queued = Queued(self._rank_of)

    def _rank_of(self, message: Message) -> int:
        where = standing(message.history, first_started_at=self.first_started_at)
        return natural_rank(message.history.order_time) if where is None else where.rank

    def somebody_speaks(self) -> bool:
        """Whether a page is here that viewers hear, or that plays all the same."""
        speaker = self.stage.speaker
        return speaker is not None and (speaker.on_air or speaker.page_instance == self.off_air)

    def now(self) -> datetime:
        """The database's time, which dates every fact, whatever this machine's clock says; kept while it is away."""
        if self.database_time is None:
            return self.clock.now()
        then, at = self.database_time
        return then + timedelta(seconds=self.clock.monotonic() - at)

    def conn(self) -> Connection:
        """The dispatcher's own connection, or the error that says there is none."""
        if self.database is None or self.database.closed:
            raise DatabaseUnavailableError(
                "The database does not answer",
                "The show goes on as soon as it is back; nothing is lost.",
                reason=Reason.DATABASE_AWAY,
            )
        return self.database

    def held_lease(self) -> Lease:
        """The lease, or the error that names who has it."""
        if self.lease is None:
            who = self.holder or "another studio"
            raise DatabaseUnavailableError(
                f"This streamer's queue is run by {who}",
                "Stop that studio, or use the queue there.",
                reason=Reason.HELD_ELSEWHERE,
                facts={"holder": who},
            )
        return self.lease

    def ready_generation(self) -> str:
        """The queue's generation, or the error that says it is being rebuilt."""
        if self.generation is None:
            raise QueueUnavailableError(
                "The queue is being rebuilt", "Try again in a moment.", reason=Reason.QUEUE_AWAY
            )
        return self.generation
