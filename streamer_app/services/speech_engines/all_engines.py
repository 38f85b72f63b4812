"""The engines there are on this system, in the order in which they are tried."""

from __future__ import annotations

import sys

from streamer_app.services.speech_engines.engine import Engine
from streamer_app.services.speech_engines.espeak import Espeak
from streamer_app.services.speech_engines.macos import MacVoices
from streamer_app.services.speech_engines.piper import Piper
from streamer_app.services.speech_engines.windows import WindowsVoices


def all_engines(platform: str = sys.platform) -> tuple[Engine, ...]:
    """Piper first: it works only where somebody has picked a voice for it."""
    if platform == "win32":
        return (Piper(), WindowsVoices(), Espeak())
    return (Piper(), MacVoices(), Espeak()) if platform == "darwin" else (Piper(), Espeak())
