"""What is typed about speech becomes a file, words, or a sentence about what is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from streamer_app.core.spoken_sound import read
from tests.command_line import CommandLine


@pytest.fixture
def line(tmp_path: Path) -> CommandLine:
    return CommandLine(("--data-dir", str(tmp_path / "data")))


def test_a_text_becomes_a_file(line: CommandLine, tmp_path: Path) -> None:
    out = tmp_path / "suara.wav"
    told = line.ask("speech", "try", "Semangat! 25rb", "--speed", "1.5", "--out", str(out))
    assert told["words"] == "Semangat! dua puluh lima ribu"
    assert (told["engine"], told["voice"], told["voice_missing"]) == ("espeak-ng", "id", False)
    assert told["file"] == str(out)
    assert read(out.read_bytes()).milliseconds == round(told["seconds"] * 1000)
    plain = line.run("speech", "try", "hello", "--language", "en", "--voice", "nobody")
    assert "of espeak-ng" in plain.stdout
    assert "asked for is not there" in plain.stdout


def test_what_is_missing_is_said(line: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    away = line.run("speech", "try", "halo", "--out", str(tmp_path / "no" / "where.wav"))
    assert (away.returncode, "cannot be written" in away.stderr) == (1, True)
    empty = line.run("speech", "try", "😀")
    assert (empty.returncode, "Nothing in this text" in empty.stderr) == (1, True)
    monkeypatch.setenv("PATH", str(tmp_path))
    for words, sentence in (
        (("speech", "try", "halo"), "Nothing that can read aloud is installed"),
        (("speech", "try", "halo", "--engine", "espeak-ng"), "espeak-ng is not installed"),
        (("speech", "voices", "--engine", "piper"), "Piper is not installed"),
        (("speech", "voices", "--engine", "system"), "no voices of its own"),
    ):
        done = line.run(*words)
        assert (done.returncode, done.stdout) == (1, "")
        assert sentence in done.stderr


def test_voices_are_listed(line: CommandLine) -> None:
    rows = line.ask("speech", "voices")
    assert {"engine": "espeak-ng", "voice": "id", "language": "id", "about": "Indonesian"} in rows
    assert "espeak-ng" in line.run("speech", "voices").stdout


def test_words_are_said_and_not_made(line: CommandLine, tmp_path: Path) -> None:
    assert line.run("speech", "say-as", "gpp 25k").stdout.strip() == "enggak apa apa dua puluh lima ribu"
    assert (
        line.run("speech", "say-as", "btw 25k", "--language", "EN").stdout.strip() == "by the way twenty five thousand"
    )
    assert line.run("speech", "say-as", "😀").stdout.strip() == "(nothing)"
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    "flags",
    [("--speed", "3"), ("--speed", "cepat"), ("--language", "ind"), ("--language", "i1"), ("--engine", "cloud")],
)
def test_what_cannot_be_meant_ends_with_2(line: CommandLine, flags: tuple[str, str]) -> None:
    assert line.run("speech", "try", "halo", *flags).returncode == 2
