"""How reading aloud fares, for a light in the window and for whoever tries a voice, in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class SpeechLight(StrEnum):
    """What the light shows."""

    WORKS = "works"
    NO_ENGINE = "no_engine"
    FAILING = "failing"
    """The last text that was tried failed."""


class SpeechTrouble(StrEnum):
    """Why nothing is read, or not as it was asked for."""

    NOTHING_INSTALLED = "nothing_installed"
    ESPEAK_MISSING = "espeak_missing"
    SYSTEM_MISSING = "system_missing"
    PIPER_MISSING = "piper_missing"
    PIPER_VOICE_MISSING = "piper_voice_missing"
    NO_VOICE = "no_voice"
    TOO_SLOW = "too_slow"
    ENGINE_FAILED = "engine_failed"
    NO_SOUND = "no_sound"
    CANNOT_WRITE = "cannot_write"
    NOTHING_TO_SAY = "nothing_to_say"
    OTHER_ENGINE = "other_engine"
    """The engine that was chosen is not here; another one reads."""


@dataclass(frozen=True)
class SpeechState:
    """The light. `engine` reads now; empty: none."""

    light: SpeechLight
    engine: str = ""
    trouble: SpeechTrouble | None = None

    def words(self, language: str) -> tuple[str, str]:
        """(what is the matter, what to do), in "id" or "en"; empty where all is well."""
        return trouble_words(self.trouble, language) if self.trouble is not None else ("", "")


def trouble_words(trouble: SpeechTrouble, language: str) -> tuple[str, str]:
    """(what is the matter, what to do)."""
    return (_ENGLISH if language == "en" else _INDONESIAN)[trouble]


_T: Final = SpeechTrouble
_ENGLISH: Final = {
    _T.NOTHING_INSTALLED: (
        "Nothing that can read aloud is installed",
        "Install espeak-ng, or Piper with a voice file. Until then alerts come without a voice.",
    ),
    _T.ESPEAK_MISSING: (
        "espeak-ng is not installed",
        "Install espeak-ng (Debian, Ubuntu: apt install espeak-ng; macOS: brew install espeak-ng), then try again.",
    ),
    _T.SYSTEM_MISSING: (
        "This system brings no voices of its own",
        "Only Windows and macOS do. Use espeak-ng or Piper here.",
    ),
    _T.PIPER_MISSING: ("Piper is not installed", "Install Piper so that the command piper is found, then try again."),
    _T.PIPER_VOICE_MISSING: (
        "Piper has no voice file",
        "Choose a voice: a file that ends in .onnx, with its .onnx.json beside it.",
    ),
    _T.NO_VOICE: (
        "The engine has no voices",
        "Install a voice for it, or choose another engine.",
    ),
    _T.TOO_SLOW: (
        "The engine did not answer in time",
        "Try again; if it stays like this, choose another engine or a smaller voice.",
    ),
    _T.ENGINE_FAILED: (
        "The engine failed",
        "Try the voice again; the log has the engine's own words. Another voice or engine may work.",
    ),
    _T.NO_SOUND: ("The engine made no sound", "Choose another voice or engine."),
    _T.CANNOT_WRITE: (
        "The speech file cannot be written",
        "Make room on the disk, and let the data folder be written to.",
    ),
    _T.NOTHING_TO_SAY: ("Nothing in this text can be said", "Write a word or two."),
    _T.OTHER_ENGINE: (
        "The chosen engine is not here; another one reads",
        "Install it, or choose the one that works.",
    ),
}
_INDONESIAN: Final = {
    _T.NOTHING_INSTALLED: (
        "Belum ada program pembaca suara",
        "Pasang espeak-ng, atau Piper dengan berkas suaranya. Sampai saat itu alert tampil tanpa suara pembaca.",
    ),
    _T.ESPEAK_MISSING: (
        "espeak-ng belum terpasang",
        "Pasang espeak-ng (Debian, Ubuntu: apt install espeak-ng; macOS: brew install espeak-ng), lalu coba lagi.",
    ),
    _T.SYSTEM_MISSING: (
        "Sistem ini tidak punya suara bawaan",
        "Hanya Windows dan macOS yang punya. Pakai espeak-ng atau Piper di sini.",
    ),
    _T.PIPER_MISSING: ("Piper belum terpasang", "Pasang Piper sampai perintah piper ditemukan, lalu coba lagi."),
    _T.PIPER_VOICE_MISSING: (
        "Piper belum punya berkas suara",
        "Pilih suara: berkas berakhiran .onnx, dengan .onnx.json di sebelahnya.",
    ),
    _T.NO_VOICE: ("Mesin suara ini tidak punya suara", "Pasang suaranya, atau pilih mesin lain."),
    _T.TOO_SLOW: (
        "Mesin suara tidak menjawab tepat waktu",
        "Coba lagi; kalau tetap begini, pilih mesin lain atau suara yang lebih kecil.",
    ),
    _T.ENGINE_FAILED: (
        "Mesin suara gagal",
        "Coba suaranya lagi; catatan program berisi kata-kata mesin itu. Suara atau mesin lain mungkin bisa.",
    ),
    _T.NO_SOUND: ("Mesin suara tidak menghasilkan bunyi", "Pilih suara atau mesin lain."),
    _T.CANNOT_WRITE: (
        "Berkas suara tidak bisa ditulis",
        "Kosongkan ruang di disk, dan pastikan folder data bisa ditulis.",
    ),
    _T.NOTHING_TO_SAY: ("Tidak ada yang bisa dibacakan dari teks ini", "Tulis satu dua kata."),
    _T.OTHER_ENGINE: (
        "Mesin suara pilihanmu tidak ada di sini; mesin lain yang membaca",
        "Pasang mesin itu, atau pilih yang bisa jalan.",
    ),
}
