"""Reading aloud: texts become sound files in the background, before they are needed where that is possible.

A `Reader` lives on one loop. Nothing it is asked there blocks: engines run in two threads of its own.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog

from streamer_app import assets
from streamer_app.core.pronunciation import Slang, entries
from streamer_app.core.speech_state import SpeechLight, SpeechState, SpeechTrouble
from streamer_app.core.spoken import VoiceWish
from streamer_app.core.spoken_sound import UnusableSoundError, levelled
from streamer_app.services.speech_cache import SpeechCache, speech_name
from streamer_app.services.speech_engines.all_engines import all_engines
from streamer_app.services.speech_engines.choosing import Choice, Chooser
from streamer_app.services.speech_engines.engine import Engine, SpeechFailedError

AT_ONCE: Final = 2
MOST_WAITING: Final = 200
"""Texts that wait to be made. What comes later is made when its turn on stage comes."""
_USUAL_MS: Final = 68.0
_BREATH_MS: Final = 150
_log = structlog.get_logger()


@dataclass(frozen=True)
class Utterance:
    """A text that is read. `expected_ms` is exact once it is `ready`."""

    name: str
    expected_ms: int
    ready: bool


@dataclass(frozen=True)
class Tried:
    """A voice that was tried. `fell_back`: it is not the one that was wished for."""

    path: Path
    engine: str
    voice: str
    milliseconds: int
    fell_back: bool


@dataclass
class _Request:
    text: str
    wish: VoiceWish
    made: asyncio.Future[Path | None]


def speech_folder(data_dir: Path) -> Path:
    """Where the files lie."""
    return data_dir / "cache" / "speech"


def slang_lists() -> dict[str, Slang]:
    """The lists that come with the program, by language."""
    folder = assets.resources_folder() / "speech"
    return {path.stem: Slang(entries(path.read_text(encoding="utf-8"))) for path in sorted(folder.glob("*.txt"))}


class Reader:
    """Makes speech files. Every failure is a file that does not come, a line in the log and a light."""

    def __init__(self, cache: SpeechCache, engines: Sequence[Engine] | None = None) -> None:
        self._cache = cache
        self._chooser = Chooser(all_engines() if engines is None else engines)
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="speech")
        self._waiting: OrderedDict[str, _Request] = OrderedDict()
        self._making: dict[str, _Request] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._failed: SpeechTrouble | None = None
        self._closed = False

    async def open(self) -> None:
        """Take out what a program that died left in the cache. Need not be waited for."""
        await asyncio.to_thread(self._cache.sweep)

    def prepare(self, text: str, wish: VoiceWish, *, soon: bool = False) -> Utterance | None:
        """Have a text made in the background. `soon`: it is next on stage. None: nothing is to be said.

        Returns at once. The same text in the same voice is made once, however often it is asked for.
        """
        if not text.strip() or self._closed:
            return None
        engines = self._chooser.engines(wish)
        name = _name(engines, wish, text)
        ready = self._cache.milliseconds(name)
        if ready is not None:
            return Utterance(name, ready, ready=True)
        if name in self._waiting:
            if soon:
                self._waiting.move_to_end(name, last=False)
        elif name not in self._making and engines and (soon or len(self._waiting) < MOST_WAITING):
            made: asyncio.Future[Path | None] = asyncio.get_running_loop().create_future()
            self._waiting[name] = _Request(text, wish, made)
            if soon:
                self._waiting.move_to_end(name, last=False)
            self._make_next()
        character_ms = engines[0].character_ms if engines else _USUAL_MS
        return Utterance(name, round(_BREATH_MS + len(text) * character_ms / wish.speed), ready=False)

    def works(self, wish: VoiceWish) -> bool:
        """Whether anybody can read aloud here. A look on PATH."""
        return bool(self._chooser.engines(wish))

    async def wait(self, name: str, seconds: float) -> Path | None:
        """The file, as soon as it is there; None: it failed, was never asked for, or takes longer than `seconds`."""
        request = self._making.get(name) or self._waiting.get(name)
        if request is None:
            return await asyncio.to_thread(self._cache.find, name)
        if name in self._waiting:
            self._waiting.move_to_end(name, last=False)
        await asyncio.wait([request.made], timeout=seconds)
        return request.made.result() if request.made.done() else None

    def state(self, wish: VoiceWish) -> SpeechState:
        """The light. A look on PATH: cheap enough for every few seconds, too dear for every frame."""
        engines = self._chooser.engines(wish)
        if not engines:
            return SpeechState(SpeechLight.NO_ENGINE, trouble=self._chooser.missing(wish))
        name = engines[0].name
        if self._failed is not None:
            return SpeechState(SpeechLight.FAILING, name, self._failed)
        other = SpeechTrouble.OTHER_ENGINE if wish.engine not in {"", name} else None
        return SpeechState(SpeechLight.WORKS, name, other)

    async def try_voice(self, text: str, wish: VoiceWish) -> Tried:
        """Make a text now, with the wished engine and no other. Raises `SpeechFailedError`: what is missing."""
        missing = self._chooser.missing(wish)
        if missing is not None:
            raise SpeechFailedError(missing)
        if not text.strip():
            raise SpeechFailedError(SpeechTrouble.NOTHING_TO_SAY)
        self._chooser.forget()
        loop = asyncio.get_running_loop()
        choice = await loop.run_in_executor(self._pool, self._chooser.choose, wish)
        utterance = self.prepare(text, wish, soon=True)
        path = await self._tried(utterance, text, wish)
        milliseconds = self._cache.milliseconds(path.stem) or 0
        return Tried(path, choice.engine.name, choice.voice.name, milliseconds, choice.fell_back)

    async def _tried(self, utterance: Utterance | None, text: str, wish: VoiceWish) -> Path:
        name = utterance.name if utterance is not None else ""
        request = self._making.get(name) or self._waiting.get(name)
        if request is not None:
            await asyncio.wait([request.made])
        path = await asyncio.to_thread(self._cache.find, name)
        if path is None:
            loop = asyncio.get_running_loop()
            path = await loop.run_in_executor(self._pool, self._made, name, text, wish)
        return path

    async def voices(self, wish: VoiceWish) -> list[tuple[str, str, str, str]]:
        """(engine, name, language, about) of all that works here. Raises `SpeechFailedError` where nothing does."""
        missing = self._chooser.missing(wish)
        if missing is not None:
            raise SpeechFailedError(missing)
        rows: list[tuple[str, str, str, str]] = []
        for engine in self._chooser.engines(wish):
            loop = asyncio.get_running_loop()
            found = await loop.run_in_executor(self._pool, self._chooser.voices, engine, wish.voice)
            rows += [(engine.name, voice.name, voice.language, voice.about) for voice in found]
        return rows

    async def close(self) -> None:
        """Make nothing more. What runs ends by itself, within its time; nobody waits for it here."""
        self._closed = True
        for request in (*self._waiting.values(), *self._making.values()):
            if not request.made.done():
                request.made.set_result(None)
        self._waiting.clear()
        self._pool.shutdown(wait=False, cancel_futures=True)
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _make_next(self) -> None:
        while self._waiting and len(self._making) < AT_ONCE and not self._closed:
            name, request = self._waiting.popitem(last=False)
            self._making[name] = request
            task = asyncio.get_running_loop().create_task(self._make(name, request))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _make(self, name: str, request: _Request) -> None:
        path: Path | None = None
        try:
            loop = asyncio.get_running_loop()
            path = await loop.run_in_executor(self._pool, self._made, name, request.text, request.wish)
            self._failed = None
        except SpeechFailedError as problem:
            self._failed = problem.trouble
            _log.warning("speech.failed", name=name[:12], why=problem.trouble.value, said=problem.said)
        except Exception as problem:  # noqa: BLE001 - our bug; its message may hold donor's words, its kind does not
            self._failed = SpeechTrouble.ENGINE_FAILED
            _log.error("speech.broke", name=name[:12], kind=type(problem).__name__)
        finally:
            del self._making[name]
            if not request.made.done():
                request.made.set_result(path)
            self._make_next()

    def _made(self, name: str, text: str, wish: VoiceWish) -> Path:
        """In a thread: the file, whole and levelled. Raises `SpeechFailedError`."""
        choice = self._chooser.choose(wish)
        with self._cache.draft() as draft:
            wave = _spoken(choice, text, wish, draft / "voice.wav")
            path = self._cache.keep(name, wave, draft)
        self._cache.tidy()
        return path


def _name(engines: Sequence[Engine], wish: VoiceWish, text: str) -> str:
    return speech_name("+".join(engine.name for engine in engines), wish, text)


def _spoken(choice: Choice, text: str, wish: VoiceWish, target: Path) -> bytes:
    choice.engine.synthesise(text, choice.voice.name, choice.voice.language, wish.speed, target)
    try:
        return levelled(target.read_bytes())
    except OSError as problem:
        raise SpeechFailedError(SpeechTrouble.NO_SOUND, "no file was made") from problem
    except UnusableSoundError as problem:
        raise SpeechFailedError(SpeechTrouble.NO_SOUND, str(problem)) from problem
