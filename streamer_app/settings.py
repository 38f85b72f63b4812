"""Typed settings: what the command line and the environment say, and what this machine remembers.

Flags win over environment variables (`STREAMER_APP_...`), those over defaults. Machine facts (port, keys, language)
live in `machine.json` in the data folder, readable by its owner only; what other machines must see is in the database.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

import msgspec

from streamer_app.core.errors import ActionableError, DataFolderError
from streamer_app.core.stage_settings import StageSettings

PREFIX: Final = "STREAMER_APP_"
_MACHINE_FILE: Final = "machine.json"


class UsageError(ActionableError):
    """What was typed cannot be meant."""


@dataclass(frozen=True)
class Settings:
    """One process's settings. URLs may carry passwords: never log or show them."""

    data_dir: Path
    database_url: str | None = field(default=None, repr=False)
    """None: the embedded database of the data folder."""
    redis_url: str | None = field(default=None, repr=False)
    """None: the queue runs in process."""
    streamer_user_id: UUID | None = None
    platform_user_id: UUID | None = None
    json: bool = False
    speech: bool = True
    """False: nothing is read aloud by this studio, whatever the streamer set."""
    stage: StageSettings = field(default_factory=StageSettings)

    @property
    def run_folder(self) -> Path:
        """What lives as long as a studio: lock, address, journal."""
        return self.data_dir / "run"

    @property
    def label(self) -> str:
        """How this studio is named to others that want the same streamer."""
        import platform  # noqa: PLC0415 - only a studio says its name

        return f"{platform.node()}, {self.data_dir}"


class Machine(msgspec.Struct, frozen=True, kw_only=True):
    """What this machine remembers about its studio."""

    installation_id: UUID
    display_key: str
    preview_key: str = ""
    """Of previews in the window and of tests in a browser; made when it is missing."""
    overlay_port: int | None = None
    language: str = "id"
    appearance: str = "wedang"
    overlay_theme: str = "lampion"
    volume: float = 0.8
    lan: bool = False
    """Whether overlay and control page answer on the local network too."""


def resolve(given: Mapping[str, Any], environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings from flags (None: not given) and the environment. Raises `UsageError` for what cannot be meant."""

    def text(name: str) -> str | None:
        value = given.get(name)
        return value if value is not None else environment.get(PREFIX + name.upper()) or None

    folder = text("data_dir")
    return Settings(
        data_dir=(Path(folder).expanduser() if folder else _default_folder()).absolute(),
        database_url=text("database_url"),
        redis_url=text("redis_url"),
        streamer_user_id=_uuid("streamer_user_id", text("streamer_user_id")),
        platform_user_id=_uuid("platform_user_id", text("platform_user_id")),
        json=bool(given.get("json")) or environment.get(PREFIX + "JSON", "") not in {"", "0"},
        speech=environment.get(PREFIX + "SPEECH", "") != "0",
        stage=_stage(environment),
    )


def _default_folder() -> Path:
    import platformdirs  # noqa: PLC0415 - only where no folder was named

    return Path(platformdirs.user_data_dir("streamer-app", appauthor=False))


def _uuid(name: str, value: str | None) -> UUID | None:
    if value is None:
        return None
    try:
        return UUID(value)
    except ValueError as problem:
        flag = "--" + name.replace("_", "-")
        raise UsageError(
            f"{flag} is not a UUID: {value}", "It looks like 7f1c0c3e-8a52-4a0e-9d8e-0a4cf2b7d001."
        ) from problem


def _stage(environment: Mapping[str, str]) -> StageSettings:
    """Durations of the stage, each as `STREAMER_APP_STAGE_<NAME>`, in milliseconds (tests use 50)."""
    values: dict[str, int] = {}
    for duration in fields(StageSettings):
        name = f"{PREFIX}STAGE_{duration.name.upper()}"
        written = environment.get(name)
        if written is None:
            continue
        if not written.isdecimal():
            raise UsageError(f"{name} is not a number of milliseconds: {written}", "Use a whole number, 0 or more.")
        values[duration.name] = int(written)
    return StageSettings(**values)


def load_machine(settings: Settings) -> Machine:
    """What this machine remembers; made with fresh keys at first use."""
    path = settings.data_dir / _MACHINE_FILE
    try:
        machine = msgspec.json.decode(path.read_bytes(), type=Machine)
    except FileNotFoundError:
        made = Machine(installation_id=uuid4(), display_key=_new_key(), preview_key=_new_key())
        save_machine(settings, made, only_if_absent=True)
        return msgspec.json.decode(path.read_bytes(), type=Machine)
    except msgspec.DecodeError as problem:
        raise DataFolderError(
            f"{path} cannot be read", "Mend or move that file away; a new one with a new overlay URL is made then."
        ) from problem
    except OSError as problem:
        raise _not_writable(settings, problem) from problem
    if not machine.preview_key:
        machine = msgspec.structs.replace(machine, preview_key=_new_key())
        save_machine(settings, machine)
    return machine


def _new_key() -> str:
    import secrets  # noqa: PLC0415 - needed a few times in a lifetime

    return secrets.token_urlsafe(24)


def save_machine(settings: Settings, machine: Machine, *, only_if_absent: bool = False) -> None:
    """Write it whole or not at all, for this user's eyes only."""
    path = settings.data_dir / _MACHINE_FILE
    draft = settings.data_dir / f".{_MACHINE_FILE}.{uuid4().hex}"
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(machine), indent=2))
            file.flush()
            os.fsync(file.fileno())
        if only_if_absent:
            _link_if_absent(draft, path)
        else:
            draft.replace(path)
    except OSError as problem:
        raise _not_writable(settings, problem) from problem
    finally:
        draft.unlink(missing_ok=True)


def _link_if_absent(draft: Path, path: Path) -> None:
    """Two processes at first start agree on one file."""
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    except OSError:
        if not path.exists():
            draft.replace(path)


def _not_writable(settings: Settings, problem: OSError) -> DataFolderError:
    return DataFolderError(
        f"The data folder {settings.data_dir} cannot be used: {problem.strerror or problem}",
        "Make it writable and give it some room, or name another one with --data-dir.",
    )
