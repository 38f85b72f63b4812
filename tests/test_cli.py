"""The way into the window is short; every other word goes through the whole parser."""

from __future__ import annotations

import subprocess
import sys

import pytest

from streamer_app import cli


@pytest.mark.parametrize(
    "words", [[], ["desktop"], ["--data-dir", "wallet"], ["--data-dir=x", "desktop", "--redis-url", "y"], ["--json"]]
)
def test_the_window_does_not_wait_for_other_commands(words: list[str]) -> None:
    code = (
        f"import sys; from streamer_app import cli; words = {words!r};"
        "parser = cli.build_parser(only_window=cli._opens_window(words));"
        "parser.parse_args(words); print([name for name in sys.modules if 'cli_' in name])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "words", [["serve"], ["--help"], ["--version"], ["wallet", "list"], ["desktop", "x"], ["--data", "x"], ["dekstop"]]
)
def test_anything_else_knows_all_commands(words: list[str]) -> None:
    assert not cli._opens_window(words)


def test_help_and_a_wrong_word_name_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    for words, exit_code in ((["--help"], 0), (["dekstop"], 2)):
        with pytest.raises(SystemExit) as end:
            cli.main(words)
        assert end.value.code == exit_code
        told = "".join(capsys.readouterr())
        assert all(name in told for name in ("desktop", "serve", "queue", "payment", "reconcile", "selftest")), told
