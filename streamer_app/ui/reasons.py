"""What the studio refuses or reports, said in the window's language.

The studio's own words are English, for terminals and logs. An error that people meet in the window carries a `Reason`;
one without it is said as it came.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from streamer_app.core.errors import Reason
from streamer_app.core.refusals import Refusal
from streamer_app.ui.language import Language

if TYPE_CHECKING:
    from collections.abc import Mapping

Sentences = tuple[str, str]
_STATES: Final = {
    "waiting": "menunggu",
    "playing": "sedang tampil",
    "held": "ditahan",
    "played": "sudah tampil",
    "skipped": "dilewati",
    "unplayable": "gagal tampil",
    "withdrawn": "ditarik",
    "missed": "terlewat",
    "history": "riwayat",
}
_DEEDS: Final = {
    "skipped": "sudah dilewati",
    "unskipped": "sudah dikembalikan",
    "replayed": "sudah diputar ulang",
    "held": "sudah ditahan",
    "approved": "sudah disetujui",
    "rejected": "sudah ditolak",
    "moved": "sudah dipindah",
    "queued": "sudah dimasukkan antrean",
    "dismissed": "sudah dijadikan riwayat",
    "withdrawn": "sudah ditarik",
    "retried": "sudah dicoba lagi",
    "played": "sudah tampil",
}
"""What somebody else did first: `FactKind`, or how a run ended."""
_STANDS: Final = "Sekarang statusnya: {state}. Uangnya tidak berubah."

INDONESIAN: Final[Mapping[Reason, Sentences]] = {
    Reason.ALREADY_OVER: ("Alert itu sudah selesai", "Yang berikutnya tidak ikut dilewati."),
    Reason.NOTHING_PLAYS: ("Tidak ada yang sedang tampil", "Pilih donasi yang menunggu untuk melewatinya."),
    Reason.CANNOT_SKIP: ("Hanya yang tampil atau menunggu yang bisa dilewati", _STANDS),
    Reason.CANNOT_UNDO: ("Hanya donasi yang dilewati yang bisa kembali", _STANDS),
    Reason.CANNOT_REPLAY: ("Donasi ini belum bisa diputar ulang", _STANDS),
    Reason.CANNOT_RETRY: ("Hanya donasi yang gagal tampil yang bisa dicoba lagi", _STANDS),
    Reason.CANNOT_DECIDE: ("Donasi ini sudah diputuskan", _STANDS),
    Reason.WAS_REFUNDED: ("Donasi ini sudah dikembalikan ke pendonasi", "Yang dikembalikan tidak diputar ulang."),
    Reason.DONE_BEFORE: ("Perintah ini sudah dijalankan", "Tidak ada yang berubah lagi."),
    Reason.UNKNOWN_DONATION: ("Donasi itu tidak ditemukan", "Lihat lagi di halaman Donasi."),
    Reason.NO_SKIP_TO_UNDO: ("Tidak ada yang bisa dikembalikan", "Belum ada donasi yang dilewati."),
    Reason.NOTHING_MISSED: ("Tidak ada yang terlewat", "Tidak ada yang perlu diputuskan."),
    Reason.NO_PAGE: ("Belum ada halaman overlay yang terbuka", "Pasang overlay di OBS dulu, lalu kirim lagi."),
    Reason.CANNOT_HOLD: ("Hanya donasi yang menunggu yang bisa ditahan", _STANDS),
    Reason.CANNOT_APPROVE: ("Hanya donasi yang ditahan yang bisa disetujui", _STANDS),
    Reason.CANNOT_REJECT: ("Hanya donasi yang ditahan yang bisa ditolak", _STANDS),
    Reason.CANNOT_MOVE: ("Hanya donasi yang menunggu yang bisa dipindah", _STANDS),
    Reason.SOMEBODY_WAS_FASTER: ("{actor} lebih dulu: {did}", _STANDS),
    Reason.DONOR_BLOCKED: ("Pendonasi ini diblokir", "Buka blokirnya dulu, lalu putar ulang."),
    Reason.DONOR_NOT_BLOCKED: ("Pendonasi itu tidak diblokir", "Tidak ada yang berubah."),
    Reason.NOTHING_WAITS: ("Tidak ada yang menunggu", "Tidak ada yang berubah."),
    Reason.MUTED_ALREADY: ("Suaranya sudah dibisukan", "Tidak ada yang berubah."),
    Reason.NOT_MUTED: ("Suaranya tidak sedang dibisukan", "Tidak ada yang berubah."),
    Reason.PANIC_ALREADY: ("Mode panik sudah menyala", "Tidak ada yang berubah."),
    Reason.IN_PANIC: ("Mode panik sedang menyala", "Akhiri mode panik dulu; antrean ikut berjalan lagi."),
    Reason.NOT_IN_PANIC: ("Mode panik tidak sedang menyala", "Tidak ada yang berubah."),
    Reason.RIGHT_MISSING: ("Kunci ini tidak boleh melakukannya", "Minta kunci dengan hak itu kepada streamer."),
    Reason.ON_AIR_ALREADY: ("Overlay sedang tayang", "Tidak ada yang menahan antrean."),
    Reason.PAUSED_ALREADY: ("Antrean sudah dijeda", "Tidak ada yang berubah."),
    Reason.NOT_PAUSED: ("Antrean tidak sedang dijeda", "Tidak ada yang berubah."),
    Reason.HELD_ELSEWHERE: (
        "Antrean ini dijalankan di tempat lain",
        "Dipegang oleh {holder}. Ambil alih di sini, atau pakai yang di sana.",
    ),
    Reason.HELD_HERE: ("Antrean sudah dijalankan di sini", "Tidak ada yang berubah."),
    Reason.STARTING: ("Aplikasi masih memulai", "Coba lagi sebentar lagi."),
    Reason.DATABASE_AWAY: ("Database tidak menjawab", "Pertunjukan lanjut begitu terhubung. Tidak ada yang hilang."),
    Reason.QUEUE_AWAY: ("Antrean sedang dibangun ulang", "Coba lagi sebentar lagi. Tidak ada yang hilang."),
    Reason.STUDIO_ENDED: ("Aplikasi utamanya sudah ditutup", "Tutup jendela ini, lalu buka lagi."),
}


REFUSALS: Final[Mapping[Refusal, Sentences]] = {
    Refusal.NOT_ENOUGH: (
        "Saldo Tunai tidak cukup",
        "Tidak ada yang ditarik. Minta lebih sedikit, atau tunggu pencairan.",
    ),
    Refusal.OTHER_CURRENCY: (
        "Mata uangnya berbeda",
        "Tidak ada yang tercatat. Satu dompet hanya berisi satu mata uang.",
    ),
    Refusal.CONFLICT: ("Permintaan itu sudah pernah dikirim", "Lihat daftarnya, lalu minta lagi bila perlu."),
    Refusal.TOO_LARGE: ("Jumlahnya terlalu besar", "Tidak ada yang tercatat."),
    Refusal.NOT_A_PAYMENT: ("Jumlahnya tidak diterima", "Tidak ada yang tercatat. Periksa jumlahnya."),
}
"""Why the books say no, for what can be asked of them in the window."""


def sentences(
    language: Language, reason: Reason | None, facts: Mapping[str, str], *, title: str, remedy: str
) -> Sentences:
    """Title and what to do, in that language where it has them, else as the studio said it."""
    if language is not Language.INDONESIAN:
        return title, remedy
    refusal = facts.get("refusal", "")
    if reason is not None:
        known = INDONESIAN.get(reason)
    else:
        known = REFUSALS[Refusal(refusal)] if refusal in REFUSALS else None
    if known is None:
        return title, remedy
    state, did = facts.get("state", ""), facts.get("did", "")
    said = {
        "state": _STATES.get(state, state),
        "holder": facts.get("holder", ""),
        "actor": facts.get("actor", ""),
        "did": _DEEDS.get(did, did),
    }
    return known[0].format(**said), known[1].format(**said)
