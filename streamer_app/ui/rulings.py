"""What the rules said about a donation, in the window's language. Every sentence says that the money stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from streamer_app.core.rules import Finding, Rule, Ruling, Verdict
from streamer_app.ui.amounts import amount_text
from streamer_app.ui.language import Language

if TYPE_CHECKING:
    from collections.abc import Mapping

_AMOUNTS: Final = frozenset(
    {
        Rule.BELOW_MINIMUM,
        Rule.BELOW_MESSAGE_MINIMUM,
        Rule.BELOW_MEDIA_MINIMUM,
        Rule.AT_LEAST,
        Rule.LESS_THAN,
    }
)
"""Rules whose detail is an amount of money."""

RESULTS: Final[Mapping[Language, Mapping[Ruling, str]]] = {
    Language.INDONESIAN: {
        Ruling.PLAY: "Tampil apa adanya",
        Ruling.MASK: "Tampil tanpa sebagian isinya",
        Ruling.HOLD: "Menunggu persetujuanmu",
        Ruling.NO_ALERT: "Tanpa alert",
    },
    Language.ENGLISH: {
        Ruling.PLAY: "Shown as it is",
        Ruling.MASK: "Shown without a part of it",
        Ruling.HOLD: "Waits for your approval",
        Ruling.NO_ALERT: "No alert",
    },
}

REASONS: Final[Mapping[Language, Mapping[Rule, tuple[str, str]]]] = {
    Language.INDONESIAN: {
        Rule.BELOW_MINIMUM: ("di bawah minimum", "di bawah minimum {detail}"),
        Rule.BELOW_MESSAGE_MINIMUM: ("di bawah minimum untuk pesan", "pesan baru tampil mulai {detail}"),
        Rule.BELOW_MEDIA_MINIMUM: ("di bawah minimum untuk media", "media baru tampil mulai {detail}"),
        Rule.BLOCKED_DONOR: ("pendonasi ini kamu blokir", "pendonasi ini kamu blokir: {detail}"),
        Rule.BLOCKED_WORD: ("ada kata yang diblokir", "kata yang diblokir: {detail}"),
        Rule.LINK: ("ada tautan", "tautan: {detail}"),
        Rule.TOO_LONG: ("pesannya terlalu panjang", "pesannya lebih dari {detail} karakter"),
        Rule.MEDIA: ("ada media", "ada media: {detail}"),
        Rule.APPROVAL: ("semua donasi perlu persetujuan", "semua donasi perlu persetujuan: {detail}"),
        Rule.FIRST_TIMER: ("donasi pertamanya di sini", "donasi pertamanya di sini: {detail}"),
        Rule.AT_LEAST: ("jumlahnya besar", "jumlahnya {detail} atau lebih"),
        Rule.LESS_THAN: ("jumlahnya kecil", "jumlahnya kurang dari {detail}"),
        Rule.PANIC: ("mode panik menyala", "mode panik menyala: {detail}"),
    },
    Language.ENGLISH: {
        Rule.BELOW_MINIMUM: ("below the minimum", "below the minimum of {detail}"),
        Rule.BELOW_MESSAGE_MINIMUM: ("below the minimum for a message", "messages are shown from {detail}"),
        Rule.BELOW_MEDIA_MINIMUM: ("below the minimum for media", "media is shown from {detail}"),
        Rule.BLOCKED_DONOR: ("you blocked this donor", "you blocked this donor: {detail}"),
        Rule.BLOCKED_WORD: ("a blocked word is in it", "blocked word: {detail}"),
        Rule.LINK: ("a link is in it", "link: {detail}"),
        Rule.TOO_LONG: ("the message is too long", "the message is over {detail} characters"),
        Rule.MEDIA: ("media comes with it", "media comes with it: {detail}"),
        Rule.APPROVAL: ("every donation needs approval", "every donation needs approval: {detail}"),
        Rule.FIRST_TIMER: ("their first donation here", "their first donation here: {detail}"),
        Rule.AT_LEAST: ("a large amount", "an amount of {detail} or more"),
        Rule.LESS_THAN: ("a small amount", "an amount of less than {detail}"),
        Rule.PANIC: ("panic is on", "panic is on: {detail}"),
    },
}
"""Why: without a detail, and with one."""

MONEY_STAYS: Final[Mapping[Language, str]] = {
    Language.INDONESIAN: "Uangnya tetap masuk.",
    Language.ENGLISH: "The money stays.",
}


def reason_words(language: Language, finding: Finding, currency: str = "IDR") -> str:
    """Why, in a few words: "di bawah minimum Rp10.000"."""
    alone, detailed = REASONS[language][finding.rule]
    if not finding.detail:
        return alone
    detail = finding.detail
    if finding.rule in _AMOUNTS and detail.isascii() and detail.isdecimal():
        detail = amount_text(int(detail), currency)
    return detailed.format(detail=detail)


def ruling_sentence(language: Language, ruling: Ruling, rule: Rule | None = None) -> str:
    """What became of it, and why, where only the rule is known: "Tanpa alert: di bawah minimum. Uangnya …"."""
    why = f": {REASONS[language][rule][0]}" if rule is not None else ""
    return f"{RESULTS[language][ruling]}{why}. {MONEY_STAYS[language]}"


def verdict_sentence(language: Language, verdict: Verdict, currency: str = "IDR") -> str:
    """What became of it, and every reason: "Tanpa alert: di bawah minimum Rp10.000; tautan: contoh.com. Uangnya …"."""
    reasons = "; ".join(reason_words(language, finding, currency) for finding in verdict.findings)
    why = f": {reasons}" if reasons else ""
    return f"{RESULTS[language][verdict.ruling]}{why}. {MONEY_STAYS[language]}"
