"""The command line. Scripts rely on it: with --json one document on stdout and nothing else; exit 0, 1 or 2."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

from streamer_app import __version__
from streamer_app.core.errors import ActionableError
from streamer_app.settings import Settings, UsageError, resolve

_VALUED_FLAGS: Final = frozenset(
    {"--data-dir", "--database-url", "--redis-url", "--streamer-user-id", "--platform-user-id"}
)
_GLOBALS: Final = ("data_dir", "database_url", "redis_url", "streamer_user_id", "platform_user_id", "json")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. 0 done; 1 the user can act (title and what to do on stderr); 2 usage; 130 stopped by Ctrl-C."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    parser = build_parser(only_window=_opens_window(words))
    typed = parser.parse_args(words)
    try:
        settings = resolve({name: getattr(typed, name, None) for name in _GLOBALS})
        return _run(settings, typed)
    except UsageError as problem:
        _complain(problem)
        return 2
    except ActionableError as problem:
        _complain(problem)
        return 1
    except KeyboardInterrupt:
        return 130


def _opens_window(words: Sequence[str]) -> bool:
    """Whether nothing but the window is asked for: then it does not wait for the parsers of all other commands."""
    rest = iter(words)
    for word in rest:
        flag, is_flag, _ = word.partition("=")
        if word in _VALUED_FLAGS:
            next(rest, None)
        elif word not in {"desktop", "--json"} and not (is_flag and flag in _VALUED_FLAGS):
            return False
    return True


def _complain(problem: ActionableError) -> None:
    print(problem.title, file=sys.stderr)
    if problem.remedy:
        print(problem.remedy, file=sys.stderr)


def _global_flags(default: object) -> argparse.ArgumentParser:
    """Global flags may stand before or behind the command."""
    flags = argparse.ArgumentParser(add_help=False)
    group = flags.add_argument_group("everywhere (also as STREAMER_APP_... in the environment)")
    group.add_argument("--data-dir", default=default, metavar="FOLDER")
    group.add_argument(
        "--database-url", default=default, metavar="URL", help="a shared PostgreSQL instead of the own one"
    )
    group.add_argument(
        "--redis-url", default=default, metavar="URL", help="a real Redis instead of the queue in process"
    )
    group.add_argument("--streamer-user-id", default=default, metavar="UUID")
    group.add_argument("--platform-user-id", default=default, metavar="UUID")
    group.add_argument("--json", action="store_true", default=default, help="one JSON document on stdout")
    return flags


def build_parser(*, only_window: bool = False) -> argparse.ArgumentParser:
    """All commands and flags; or the window's alone."""
    parser = argparse.ArgumentParser(
        prog="streamer-app",
        description="Donations become alerts in OBS, and money that adds up.",
        parents=[_global_flags(None)],
    )
    parser.add_argument("--version", action="version", version=f"streamer-app {__version__}")
    inner = _global_flags(argparse.SUPPRESS)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")

    def command(to: Any, name: str, text: str) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = to.add_parser(name, help=text, description=text, parents=[inner])
        return made

    command(commands, "desktop", "open the window (the default)")
    if not only_window:
        _add_commands(commands, command)
    return parser


def _add_commands(commands: Any, command: Callable[[Any, str, str], argparse.ArgumentParser]) -> None:
    # A window begins without them.
    from streamer_app import (  # noqa: PLC0415
        cli_keys,
        cli_money,
        cli_overlay,
        cli_queue,
        cli_rules,
        cli_speech,
        cli_values,
        cli_widgets,
    )

    command(commands, "serve", "run the studio without a window")
    donate = command(commands, "donate", "record a donation by hand, on the embedded database only")
    donate.add_argument("--amount", type=cli_values.amount, required=True, help="whole rupiah: 25000")
    donate.add_argument("--name")
    donate.add_argument("--message")
    donate.add_argument("--anonymous", action="store_true")
    cli_queue.add_commands(commands, command)
    cli_money.add_commands(commands, command)
    cli_keys.add_commands(commands, command)
    cli_rules.add_commands(commands, command)
    cli_speech.add_commands(commands, command)
    overlay = command(commands, "overlay", "the overlay page").add_subparsers(dest="verb", required=True)
    command(overlay, "url", "the address for OBS; it carries a key")
    cli_overlay.add_commands(overlay, command)
    cli_widgets.add_commands(commands, command)
    profile = command(commands, "profile", "whose studio this is").add_subparsers(dest="verb", required=True)
    command(profile, "show", "ids and what this machine remembers")
    change = command(profile, "set", "change what this machine remembers")
    change.add_argument("--language", choices=["id", "en"])
    change.add_argument("--appearance", choices=["wedang", "wedang-light", "laut", "system"])
    change.add_argument("--volume", type=float, help="alert volume, 0 to 1")
    change.add_argument(
        "--lan", choices=["on", "off"], help="whether overlay and control page answer on the local network, unencrypted"
    )
    database = command(commands, "db", "the database").add_subparsers(dest="verb", required=True)
    command(database, "upgrade", "bring the schema up to date")
    command(database, "status", "where the schema stands")
    url = command(database, "url", "a login's URL; it carries a password")
    url.add_argument("--admin", action="store_true", help="the embedded owner's")
    command(database, "stop", "stop the embedded server")
    command(commands, "selftest", "play one donation in a temporary folder and say how long each step took")


def _run(settings: Settings, typed: argparse.Namespace) -> int:
    name = typed.command or "desktop"
    if name == "desktop":
        from streamer_app.roles.desktop import desktop  # noqa: PLC0415 - Qt only where there is a window

        return desktop(settings)
    from streamer_app import logs  # noqa: PLC0415

    if name == "serve":
        from streamer_app.roles.serve import serve  # noqa: PLC0415

        logs.configure()
        return serve(settings)
    logs.configure(level=40)
    if name == "selftest":
        from streamer_app.roles.selftest import selftest  # noqa: PLC0415

        return selftest(settings)
    import asyncio  # noqa: PLC0415 - a window begins without it

    from streamer_app.roles import console_text  # noqa: PLC0415
    from streamer_app.roles.answer import FINE, Answer  # noqa: PLC0415

    work, tell = _work(settings, typed)
    document = asyncio.run(_awaited(work))
    exit_code = FINE
    if isinstance(document, Answer):
        document, exit_code = document.document, document.exit_code
    if settings.json:
        import msgspec  # noqa: PLC0415

        print(msgspec.json.encode(document).decode())
    else:
        print(console_text.spoken(tell, document))
    return exit_code


async def _awaited(work: Callable[[], Awaitable[Any]]) -> Any:
    return await work()


def _work(settings: Settings, typed: argparse.Namespace) -> tuple[Callable[[], Awaitable[Any]], str]:
    """What the command does, and how its answer is spoken."""
    from streamer_app import cli_keys, cli_money, cli_overlay, cli_queue, cli_rules, cli_speech, cli_widgets  # noqa: PLC0415
    from streamer_app.roles import console  # noqa: PLC0415
    from streamer_app.services import database_care  # noqa: PLC0415

    key = f"{typed.command} {getattr(typed, 'verb', '')}".strip()
    money = cli_money.work(settings, key, typed)
    if money is not None:
        return money, key
    for commands in (cli_keys, cli_rules, cli_speech, cli_overlay, cli_widgets, cli_queue):
        found: tuple[Callable[[], Awaitable[Any]], str] | None = commands.work(settings, key, typed)
        if found is not None:
            return found
    table: dict[str, Callable[[], Awaitable[Any]]] = {
        "donate": lambda: console.donate(
            settings, amount=typed.amount, name=typed.name, message=typed.message, is_anonymous=typed.anonymous
        ),
        "overlay url": lambda: console.overlay_url(settings),
        "profile show": lambda: console.profile_show(settings),
        "profile set": lambda: console.profile_set(settings, _changes(typed)),
        "db upgrade": lambda: database_care.upgrade(settings),
        "db status": lambda: database_care.status(settings),
        "db url": lambda: database_care.login_url(settings, admin=typed.admin),
        "db stop": lambda: database_care.stop(settings),
    }
    return table[key], key


def _changes(typed: argparse.Namespace) -> dict[str, Any]:
    wanted = {name: getattr(typed, name) for name in ("language", "appearance", "volume")}
    changes: dict[str, Any] = {name: value for name, value in wanted.items() if value is not None}
    if typed.lan is not None:
        changes["lan"] = typed.lan == "on"
    if not 0 <= changes.get("volume", 0) <= 1:
        raise UsageError("--volume is not between 0 and 1", "0 is silent, 1 is as loud as the sound file.")
    return changes


if __name__ == "__main__":
    raise SystemExit(main())
