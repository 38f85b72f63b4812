"""Stand-ins around the overlay: a clock that stands still, a listener and a studio that remember, pages that speak."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self
from uuid import UUID, uuid4

import aiohttp
import msgspec

from streamer_app.core.answers import Answer, OnProgress, PayoutList, Progress
from streamer_app.core.commands import Command, CommandResult
from streamer_app.core.donations import QueueView
from streamer_app.core.events import Event, Notice, QueueChanged
from streamer_app.core.overlay_protocol import (
    PROTOCOL_VERSION,
    Alert,
    AlertFailed,
    AlertFinished,
    AlertProgress,
    AlertShow,
    AlertStarted,
    Fence,
    Identify,
    PageMessage,
    Resume,
    ServerMessage,
    SettingsUpdate,
    StageTiming,
    Tier,
)
from streamer_app.core.questions import Asked
from streamer_app.core.rights import EVERY_RIGHT, Right, require
from streamer_app.services.stage import Speaker

SETTINGS = SettingsUpdate(theme="lampion", language="id", volume=0.8, reduced_motion=False)


@dataclass
class Clock:
    """Seconds that pass only when told to."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now

    def pass_ms(self, milliseconds: float) -> None:
        self.now += milliseconds / 1000


@dataclass
class Listener:
    """A dispatcher that only writes down what it hears. `on_finished` may act like one."""

    heard: list[tuple[Any, ...]] = field(default_factory=list)
    on_finished: Callable[[], object] | None = None

    def speaker_changed(self, speaker: Speaker | None) -> None:
        self.heard.append(("speaker", speaker and speaker.page_instance, speaker and speaker.on_air))

    def run_started(self, page_instance: str, run: AlertShow) -> None:
        self.heard.append(("started", page_instance, run.run_id))

    def run_progressed(self, progress: AlertProgress) -> None:
        self.heard.append(("progress", progress.run_id, progress.shown_ms))

    def run_finished(self, page_instance: str, finished: AlertFinished) -> None:
        self.heard.append(("finished", page_instance, finished.run_id))
        if self.on_finished is not None:
            self.on_finished()

    def run_failed(self, page_instance: str, failed: AlertFailed) -> None:
        self.heard.append(("failed", page_instance, failed.reason))

    def run_orphaned(self, run: AlertShow, shown_ms: int) -> None:
        self.heard.append(("orphaned", run.run_id, shown_ms))

    def of(self, kind: str) -> list[tuple[Any, ...]]:
        return [entry for entry in self.heard if entry[0] == kind]


class Connection:
    """A page's socket as the hub sees it."""

    def __init__(self) -> None:
        self.got: list[Any] = []
        self.closed_with: int | None = None

    def send(self, frame: bytes) -> None:
        self.got.append(msgspec.json.decode(frame, type=ServerMessage))

    def close(self, code: int) -> None:
        self.closed_with = code

    def types(self) -> list[str]:
        return [message.__struct_config__.tag for message in self.got]


class Studio:
    """Does every command once, while the gate is open; refuses what it was told to, and lets a test emit events."""

    def __init__(self) -> None:
        self.done: dict[UUID, CommandResult] = {}
        self.failure: Exception | None = None
        self.now: dict[type[Event], Event] = {}
        self.listeners: list[Callable[[Event], None]] = []
        self.stops = 0
        self.asked: list[Command] = []
        self.questions: list[Asked] = []
        self.was_asked = asyncio.Event()
        self.gate = asyncio.Event()
        self.gate.set()
        self.subscribed = asyncio.Event()
        self.emit(QueueChanged(queue=QueueView(revision=7)))
        self.emit(Notice(title="hello", remedy="nothing"))

    async def execute(self, command: Command, rights: frozenset[Right] = EVERY_RIGHT) -> CommandResult:
        require(command.action, rights)
        self.asked.append(command)
        self.was_asked.set()
        await self.gate.wait()
        if self.failure is not None:
            raise self.failure
        if command.id in self.done:
            return msgspec.structs.replace(self.done[command.id], repeated=True)
        return self.done.setdefault(command.id, CommandResult(command_id=command.id, revision=8))

    async def ask(self, asked: Asked, told: OnProgress | None = None) -> Answer:
        self.questions.append(asked)
        self.was_asked.set()
        await self.gate.wait()
        if self.failure is not None:
            raise self.failure
        for done in range(1, 4):
            if told is not None:
                told(Progress(done=done, expected=3))
        return PayoutList()

    async def refresh(self) -> None:
        """The picture is always as the test made it."""

    def picture(self) -> tuple[Event, ...]:
        return tuple(self.now.values())

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        self.listeners.append(listener)
        self.subscribed.set()
        return lambda: self.listeners.remove(listener)

    def request_stop(self) -> None:
        self.stops += 1

    def emit(self, event: Event) -> None:
        self.now[type(event)] = event
        for listener in self.listeners:
            listener(event)


def a_run(*, on_stage_ms: int = 5000, offset_ms: int = 0, continues: UUID | None = None, counter: int = 1) -> AlertShow:
    return AlertShow(
        run_id=uuid4(),
        fence=Fence(epoch=3, counter=counter),
        message_id=uuid4(),
        alert=Alert(
            donor="Budi",
            lead="mengirim",
            amount_text="Rp25.000",
            message="semangat!",
            theme="lampion",
            tier=Tier.COMPACT,
            sound_url=None,
            volume=1.0,
            badge=None,
        ),
        timing=StageTiming(enter_ms=400, on_stage_ms=on_stage_ms, leave_ms=300),
        offset_ms=offset_ms,
        chime=offset_ms == 0,
        continues_run_id=continues,
    )


def identify(
    name: str,
    *,
    in_obs: bool = True,
    active: bool | None = True,
    visible: bool = True,
    resume: Resume | None = None,
    protocol: int = PROTOCOL_VERSION,
    widgets: Sequence[str] = ("alerts",),
    revisions: Mapping[str, int] | None = None,
) -> Identify:
    return Identify(
        protocol=protocol,
        page_instance=f"page-{name}",
        widgets=list(widgets),
        in_obs=in_obs,
        active=active if in_obs else None,
        visible=visible,
        resume=resume,
        widget_revisions=dict(revisions or {}),
    )


def started(run: AlertShow, fence: Fence | None = None) -> AlertStarted:
    return AlertStarted(run_id=run.run_id, fence=fence or run.fence)


def progress(run: AlertShow, shown_ms: int) -> AlertProgress:
    return AlertProgress(run_id=run.run_id, fence=run.fence, shown_ms=shown_ms, frames=shown_ms // 16, audio_ms=0)


def finished(run: AlertShow, fence: Fence | None = None) -> AlertFinished:
    return AlertFinished(run_id=run.run_id, fence=fence or run.fence, shown_ms=run.timing.on_stage_ms, audible=True)


class Page:
    """A page on a real socket."""

    def __init__(self, session: aiohttp.ClientSession, origin: str, key: str, door: str = "overlay") -> None:
        self._session = session
        self._origin = origin
        self._url = f"{origin}/{door}/{key}/socket"
        self.socket: aiohttp.ClientWebSocketResponse

    async def __aenter__(self) -> Self:
        self.socket = await self._session.ws_connect(self._url, headers={"Origin": self._origin}, max_msg_size=0)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.socket.close()

    async def say(self, message: PageMessage) -> None:
        await self.socket.send_str(msgspec.json.encode(message).decode())

    async def hear(self) -> Any:
        return msgspec.json.decode(await self.socket.receive_str(timeout=5), type=ServerMessage)

    async def enter(self, identity: Identify) -> Any:
        """Through the handshake; returns the `identified`."""
        await self.hear()
        await self.say(identity)
        return await self.hear()

    async def closed_with(self) -> Any:
        """The code the server closes with, whatever it still sent before."""
        while True:
            frame = await self.socket.receive(timeout=5)
            if frame.type is aiohttp.WSMsgType.CLOSE:
                return frame.data
            if frame.type in (aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.CLOSING):
                return self.socket.close_code
            assert frame.type is aiohttp.WSMsgType.TEXT
