"""The voices of Windows, by PowerShell and System.Speech.

The scripts are constants. What they are told comes by environment variables and a UTF-8 file, so no text is ever code.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from streamer_app.core.speech_state import SpeechTrouble
from streamer_app.services.speech_engines import program
from streamer_app.services.speech_engines.engine import Availability, SpeechFailedError, Voice, two_letters

_PREFIX: Final = "STREAMER_APP_SPEECH_"
SPEAK: Final = """
$ErrorActionPreference = 'Stop'
try {
  Add-Type -AssemblyName System.Speech
  $voice = New-Object System.Speech.Synthesis.SpeechSynthesizer
  if ($env:STREAMER_APP_SPEECH_VOICE) { $voice.SelectVoice($env:STREAMER_APP_SPEECH_VOICE) }
  $voice.Rate = [int]$env:STREAMER_APP_SPEECH_RATE
  $sixteen = [System.Speech.AudioFormat.AudioBitsPerSample]::Sixteen
  $mono = [System.Speech.AudioFormat.AudioChannel]::Mono
  $format = New-Object System.Speech.AudioFormat.SpeechAudioFormatInfo(22050, $sixteen, $mono)
  $voice.SetOutputToWaveFile($env:STREAMER_APP_SPEECH_TARGET, $format)
  $voice.Speak([System.IO.File]::ReadAllText($env:STREAMER_APP_SPEECH_TEXT, [System.Text.Encoding]::UTF8))
  $voice.Dispose()
} catch {
  [Console]::Error.WriteLine($_.Exception.GetType().FullName)
  exit 3
}
"""
LIST: Final = """
$ErrorActionPreference = 'Stop'
[Console]::OutputEncoding = [System.Text.Encoding]::UTF8
Add-Type -AssemblyName System.Speech
$voice = New-Object System.Speech.Synthesis.SpeechSynthesizer
foreach ($one in $voice.GetInstalledVoices()) {
  if ($one.Enabled) { [Console]::Out.WriteLine($one.VoiceInfo.Culture.Name + "`t" + $one.VoiceInfo.Name) }
}
"""
_PROGRAM: Final = "powershell"
_FASTEST: Final = 10


class WindowsVoices:
    """A complaint names the kind of error only: PowerShell's own sentences may quote what was read."""

    name = "system"
    character_ms = 68.0

    def available(self, voice: str = "") -> Availability:
        """By a look on PATH."""
        del voice
        return Availability(None if program.on_path(_PROGRAM) else SpeechTrouble.SYSTEM_MISSING)

    def voices(self, voice: str = "") -> Sequence[Voice]:
        """All that System.Speech sees."""
        del voice
        rows = (line.rstrip("\r\n").partition("\t") for line in self._run(LIST, {}).splitlines())
        return tuple(Voice(name, two_letters(tag), tag) for tag, is_voice, name in rows if is_voice)

    def synthesise(self, text: str, voice: str, language: str, speed: float, target: Path) -> None:
        """A WAV of 22,050 Hz."""
        del language
        written = target.with_suffix(".txt")
        written.write_text(text, encoding="utf-8", errors="replace")
        told = {"VOICE": voice, "RATE": str(_rate(speed)), "TARGET": str(target), "TEXT": str(written)}
        self._run(SPEAK, {_PREFIX + name: value for name, value in told.items()}, hidden=text)

    @staticmethod
    def _run(script: str, environment: dict[str, str], hidden: str = "") -> str:
        found = program.on_path(_PROGRAM)
        if found is None:
            raise SpeechFailedError(SpeechTrouble.SYSTEM_MISSING)
        packed = base64.b64encode(script.encode("utf-16-le")).decode("ascii")
        arguments = [found, "-NoProfile", "-NonInteractive", "-EncodedCommand", packed]
        return program.run(arguments, hidden=hidden, environment=environment)


def _rate(speed: float) -> int:
    """System.Speech counts from -10 to 10, where 10 is three times as fast."""
    return max(-_FASTEST, min(_FASTEST, round(_FASTEST * math.log(speed, 3))))
