"""What engines are told, and how they fail. Windows, macOS and Piper are stood in for by small programs."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import time
from pathlib import Path

import pytest

from streamer_app.core.errors import ActionableError
from streamer_app.core.speech_state import SpeechTrouble
from streamer_app.core.spoken import VoiceWish
from streamer_app.core.spoken_sound import read
from streamer_app.services.speech_engines import program
from streamer_app.services.speech_engines.all_engines import all_engines
from streamer_app.services.speech_engines.choosing import picked
from streamer_app.services.speech_engines.engine import Engine, SpeechFailedError, Voice
from streamer_app.services.speech_engines.espeak import Espeak
from streamer_app.services.speech_engines.macos import MacVoices
from streamer_app.services.speech_engines.piper import Piper, voice_file
from streamer_app.services.speech_engines.windows import LIST, SPEAK, WindowsVoices
from tests.services.speech_programs import FakeEngine, install

TEXT = "-v halo; $(touch x) \"kutip\" 'apostrof' <b>"


@pytest.fixture
def bin_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def told(folder: Path, name: str) -> list[str]:
    arguments: list[str] = json.loads((folder / f"{name}.arguments").read_text())
    return arguments


def failed(engine: Engine, target: Path, text: str = TEXT) -> SpeechFailedError:
    with pytest.raises(SpeechFailedError) as caught:
        engine.synthesise(text, "v", "id", 1.0, target)
    return caught.value


def test_espeak_reads_indonesian_and_english(tmp_path: Path) -> None:
    engine = Espeak()
    names = {voice.name: voice.language for voice in engine.voices()}
    assert names["id"] == "id"
    assert names["en-us"] == names["en-us+f2"] == "en"
    lengths = []
    for number, (voice, speed) in enumerate([("id", 1.0), ("en-us", 1.0), ("id+f2", 1.0), ("id", 2.0)]):
        target = tmp_path / f"{number}.wav"
        engine.synthesise(TEXT + " halo semua apa kabar", voice, "", speed, target)
        lengths.append(read(target.read_bytes()).milliseconds)
    assert min(lengths) > 500
    assert lengths[3] < 0.7 * lengths[0]


def test_espeak_is_told_by_its_input(bin_folder: Path, tmp_path: Path) -> None:
    install(bin_folder, "espeak-ng", "(here / 'in').write_bytes(sys.stdin.buffer.read())")
    Espeak().synthesise(TEXT, "id", "id", 1.0, tmp_path / "a.wav")
    assert told(bin_folder, "espeak-ng") == [
        *("-v", "id", "-s", "165", "-b", "1", "-w", str(tmp_path / "a.wav"), "--stdin")
    ]
    assert (bin_folder / "in").read_text() == TEXT


def test_macos_is_told_by_a_file(bin_folder: Path, tmp_path: Path) -> None:
    listing = "Alex                en_US    # Most people recognise me.\\nBad News            en_US    # The light.\\n"
    listing += "Damayanti           id_ID    # Halo, nama saya Damayanti.\\n"
    install(
        bin_folder,
        "say",
        f"if given == ['-v', '?']:\n    print({listing!r}.encode().decode('unicode_escape'), end='')\n    sys.exit()\n"
        "(here / 'in').write_bytes(pathlib.Path(given[given.index('-f') + 1]).read_bytes())\n"
        "shutil.copy(tone, given[given.index('-o') + 1])",
    )
    engine, target = MacVoices(), tmp_path / "a.wav"
    voices = [(voice.name, voice.language) for voice in engine.voices()]
    assert voices == [("Alex", "en"), ("Bad News", "en"), ("Damayanti", "id")]
    engine.synthesise(TEXT, "Damayanti", "id", 2.0, target)
    assert told(bin_folder, "say") == [
        *("-v", "Damayanti", "-r", "350", "-f", str(tmp_path / "a.txt"), "-o", str(target)),
        *("--file-format=WAVE", "--data-format=LEI16@22050"),
    ]
    assert (bin_folder / "in").read_text() == TEXT
    assert read(target.read_bytes()).milliseconds == 1000


def test_windows_is_told_by_a_file_and_its_environment(bin_folder: Path, tmp_path: Path) -> None:
    install(
        bin_folder,
        "powershell",
        "env = {k[len('STREAMER_APP_SPEECH_'):]: v for k, v in os.environ.items() if k.startswith('STREAMER_APP_SP')}\n"
        "(here / 'env').write_text(json.dumps(env))\n"
        "if not env:\n    print('en-US\\tMicrosoft Zira Desktop\\r\\nid-ID\\tMicrosoft Andika')\n    sys.exit()\n"
        "(here / 'in').write_bytes(pathlib.Path(env['TEXT']).read_bytes())\n"
        "shutil.copy(tone, env['TARGET'])",
    )
    engine, target = WindowsVoices(), tmp_path / "a.wav"
    assert engine.voices() == (
        Voice("Microsoft Zira Desktop", "en", "en-US"),
        Voice("Microsoft Andika", "id", "id-ID"),
    )
    assert base64.b64decode(told(bin_folder, "powershell")[-1]).decode("utf-16-le") == LIST
    engine.synthesise(TEXT, "Microsoft Andika", "id", 1.0, target)
    *flags, script = told(bin_folder, "powershell")
    assert flags == ["-NoProfile", "-NonInteractive", "-EncodedCommand"]
    assert base64.b64decode(script).decode("utf-16-le") == SPEAK
    assert len(script) < 8_000
    env = json.loads((bin_folder / "env").read_text())
    assert env == {"VOICE": "Microsoft Andika", "RATE": "0", "TARGET": str(target), "TEXT": str(tmp_path / "a.txt")}
    assert (bin_folder / "in").read_text() == TEXT
    for speed, rate in ((0.5, "-6"), (2.0, "6")):
        engine.synthesise(TEXT, "", "id", speed, target)
        assert json.loads((bin_folder / "env").read_text())["RATE"] == rate


def test_piper_reads_with_the_picked_file(bin_folder: Path, tmp_path: Path) -> None:
    picked_file, beside = tmp_path / "id_ID-a.onnx", tmp_path / "en_US-b.onnx"
    engine = Piper()
    assert engine.available(str(picked_file)).trouble is SpeechTrouble.PIPER_MISSING
    install(
        bin_folder,
        "piper",
        "(here / 'in').write_bytes(sys.stdin.buffer.read())\n"
        "shutil.copy(tone, given[given.index('--output_file') + 1])",
    )
    assert engine.available(str(picked_file)).trouble is SpeechTrouble.PIPER_VOICE_MISSING
    for path, facts in ((picked_file, {"language": {"code": "id_ID"}}), (beside, {})):
        path.write_bytes(b"model")
        path.with_name(path.name + ".json").write_text(json.dumps(facts))
    (tmp_path / "half.onnx").write_bytes(b"no facts beside it")
    assert engine.available(str(picked_file)).works
    assert [(voice.about, voice.language) for voice in engine.voices(str(picked_file))] == [
        ("id_ID-a", "id"),
        ("en_US-b", "en"),
    ]
    engine.synthesise("satu\ndua", str(picked_file), "id", 2.0, tmp_path / "a.wav")
    assert told(bin_folder, "piper") == [
        *("--model", str(picked_file), "--output_file", str(tmp_path / "a.wav"), "--length_scale", "0.500")
    ]
    assert (bin_folder / "in").read_text() == "satu dua\n"


def test_a_voice_file_says_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "id_ID-a-medium.onnx"
    with pytest.raises(ActionableError, match="no voice of Piper"):
        voice_file(path)
    path.write_bytes(b"model")
    path.with_name(path.name + ".json").write_text("{broken")
    (tmp_path / "MODEL_CARD").write_text("# Model card\n\n* License: CC0 1.0\n")
    known = voice_file(path)
    assert (known.language, known.size, known.licence) == ("id", 5, "CC0 1.0")
    assert known.sha256 == hashlib.sha256(b"model").hexdigest()
    path.with_name(path.name + ".json").write_text('{"language": {"code": "en_GB"}, "license": "MIT"}')
    assert (voice_file(path).language, voice_file(path).licence) == ("en", "MIT")


def test_a_program_s_own_words_are_kept_but_for_those_of_the_text(bin_folder: Path, tmp_path: Path) -> None:
    install(
        bin_folder,
        "espeak-ng",
        "sys.stderr.write('cannot open device\\nSpeaking: ' + sys.stdin.read() + '\\n')\nsys.exit(3)",
    )
    problem = failed(Espeak(), tmp_path / "a.wav", "kata rahasia")
    assert (problem.trouble, problem.said) == (SpeechTrouble.ENGINE_FAILED, "cannot open device")


def test_a_program_that_hangs_is_killed_with_all_it_started(
    bin_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(
        bin_folder,
        "espeak-ng",
        "child = os.fork()\nif child:\n    (here / 'pids').write_text(f'{os.getpid()} {child}')\ntime.sleep(60)",
    )
    monkeypatch.setattr(program.run, "__kwdefaults__", {**(program.run.__kwdefaults__ or {}), "seconds": 2.0})
    began = time.monotonic()
    problem = failed(Espeak(), tmp_path / "a.wav")
    assert problem.trouble is SpeechTrouble.TOO_SLOW
    assert time.monotonic() - began < 20
    for pid in (bin_folder / "pids").read_text().split():
        deadline = time.monotonic() + 10
        while is_running(int(pid)) and time.monotonic() < deadline:
            time.sleep(0.02)  # a killed process is told at once and gone a moment later
        assert not is_running(int(pid)), pid


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_program_that_is_killed_or_gone_is_a_failure(bin_folder: Path, tmp_path: Path) -> None:
    assert failed(Espeak(), tmp_path / "a.wav").trouble is SpeechTrouble.ESPEAK_MISSING
    assert failed(MacVoices(), tmp_path / "a.wav").trouble is SpeechTrouble.SYSTEM_MISSING
    assert failed(WindowsVoices(), tmp_path / "a.wav").trouble is SpeechTrouble.SYSTEM_MISSING
    assert failed(Piper(), tmp_path / "a.wav").trouble is SpeechTrouble.PIPER_MISSING
    install(bin_folder, "espeak-ng", "os.kill(os.getpid(), 9)")
    assert failed(Espeak(), tmp_path / "a.wav").said == "exit code -9"


def test_every_system_has_its_engines() -> None:
    names = {system: [engine.name for engine in all_engines(system)] for system in ("linux", "darwin", "win32")}
    assert names["linux"] == ["piper", "espeak-ng"]
    assert names["darwin"] == names["win32"] == ["piper", "system", "espeak-ng"]
    assert isinstance(all_engines("win32")[1], WindowsVoices)


@pytest.mark.parametrize(
    ("wish", "voice", "fell_back"),
    [
        (VoiceWish(), "id1", False),
        (VoiceWish(voice="ID2"), "id2", False),
        (VoiceWish(voice="id2", language="en"), "en1", False),
        (VoiceWish(asked="en1"), "en1", False),
        (VoiceWish(asked="joanna", voice="id2"), "id2", True),
        (VoiceWish(voice="gone"), "id1", True),
        (VoiceWish(language="ja"), "id1", True),
        (VoiceWish(language="ja", voice="id2"), "id2", True),
    ],
)
def test_which_voice_reads(wish: VoiceWish, voice: str, fell_back: bool) -> None:  # noqa: FBT001
    voices = [Voice("id1", "id"), Voice("id2", "id"), Voice("en1", "en")]
    choice = picked(FakeEngine(), voices, wish)
    assert choice is not None
    assert (choice.voice.name, choice.fell_back) == (voice, fell_back)
