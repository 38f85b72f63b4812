"""What is read aloud of a donation, as words a voice can say. Pure; never raises, whatever donors write; linear.

The order: what no voice can say goes (emoji, smileys, foreign scripts), links become a word, a streamer's own
pronunciation is final, then amounts, slang, telephone numbers, figures, and last whatever is said too often.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from streamer_app.core.donations import Item, MediaRequest
from streamer_app.core.links import find_links
from streamer_app.core.overlay_settings import MediaKind, SpeechSettings
from streamer_app.core.presentation import donor_on_stage, someone
from streamer_app.core.pronunciation import Pronunciation, Slang
from streamer_app.core.rules import Verdict
from streamer_app.core.spoken_words import clocks_said, figures_said, money_said, money_words, telephones_said, tongue

LONGEST_NAME: Final = 40
_LONGEST_WORD: Final = 40
_TIMES: Final = 3
_LONGEST_PHRASE: Final = 4
_MARKS: Final = 2
_LATIN_TONGUES: Final = frozenset({"id", "en"})
_LATIN_END: Final = 0x250
_MORE_LATIN: Final = range(0x1E00, 0x1F00)
_NO_SLANG: Final = Slang({})
_SMILEYS: Final = re.compile(
    r"(?<!\w)(?:[:;=8]['\u2019]?-?[()\[\]DdPpOo3/\\|*]+|[xX]D+|<3+|[TtQq][._][TtQq]|\^[_.]?\^|[->][._][-<]|[oO][._][oO])(?!\w)"
)
_UNSAID: Final = re.compile(r"[^\w\s.,!?;:'%&$+()\u2019-]|_")
_LEFT_OVER: Final = re.compile(r"[$+()%]")
_LETTER_RUN: Final = re.compile(r"([^\W\d_])\1{2,}", re.IGNORECASE)
_SYLLABLE_RUN: Final = re.compile(r"([^\W\d_]{2,4}?)\1{3,}", re.IGNORECASE)
_MARK_RUN: Final = re.compile(r"([.,!?;:'-])(?:\s*[.,!?;:'-])+")
_LOOSE_MARK: Final = re.compile(r"\s+([.,!?;:])")
_BARE_MARK: Final = re.compile(r"(?<!\w)['-]+|['-]+(?!\w)")
_TWICE: Final = re.compile(r"(?<!\w)([a-z]{3,20})2(nya|an|ku|mu)?(?!\w)", re.IGNORECASE)
_SHOUTED: Final = re.compile(r"(?<!\w)(?=\w*[AEIOU])[A-Z]{4,}(?!\w)")
_LANGUAGE: Final = re.compile(r"([a-zA-Z]{2})(?:[-_].*)?", re.DOTALL)


@dataclass(frozen=True)
class VoiceWish:
    """How a text should be read.

    `asked` is the message's own wish: anybody may have written it, so it is only ever compared with names of voices.
    `voice` is the streamer's, and may be a path.
    """

    engine: str = ""
    voice: str = ""
    asked: str = ""
    language: str = "id"
    speed: float = 1.0


def voice_wish(settings: SpeechSettings, media: MediaRequest | None = None) -> VoiceWish:
    """What the message asks for goes before what the streamer has set; only an engine's own voices are ever taken."""
    asked = _LANGUAGE.fullmatch(((media.tts_language if media else None) or "").strip())
    return VoiceWish(
        engine=settings.engine,
        voice=settings.voice.strip(),
        asked=((media.tts_voice if media else None) or "").strip(),
        language=asked[1].lower() if asked else settings.language,
        speed=settings.speed,
    )


def wants_speech(settings: SpeechSettings, verdict: Verdict | None, media_kind: str | None) -> bool:
    """Whether a donation is read aloud. Its video speaks for itself; its amount was judged at arrival."""
    kind = media_kind or MediaKind.NONE
    if not settings.enabled or verdict is None or not verdict.speech:
        return False
    if kind == MediaKind.TTS:
        return True
    return kind == MediaKind.NONE and not settings.only_tts


def spoken_donation(item: Item, settings: SpeechSettings, slang: Mapping[str, Slang]) -> str:
    """Headline and message of a donation, in the message's language. `slang`: lists by language. Empty: nothing."""
    language = voice_wish(settings, item.media).language
    return spoken_text(
        donor_on_stage(item, language),
        item.amount,
        item.currency,
        (item.verdict.speech if item.verdict is not None else None) or "",
        language=language,
        settings=settings,
        slang=slang.get(language, _NO_SLANG),
    )


def spoken_text(
    donor: str, amount: int, currency: str, message: str, *, language: str, settings: SpeechSettings, slang: Slang
) -> str:
    """The words that are read: "Budi mengirim dua puluh lima ribu rupiah. Semangat!" The donor's name as on stage."""
    own = Pronunciation(settings.pronunciation)
    said = cut_at_word(spoken_message(message, language, own, slang), settings.longest)
    if not settings.say_headline:
        return said
    name = cut_at_word(_spoken_name(donor, language, own), LONGEST_NAME) or someone(language)
    headline = f"{name} {tongue(language).sends} {own.said(money_words(amount, currency, language))}"
    headline = " ".join(headline.split())
    return f"{headline}. {said}" if said else headline


def spoken_message(message: str, language: str, own: Pronunciation, slang: Slang) -> str:
    """A message as words, of any length."""
    plain = _without_links(_sayable(message, language), language)
    plain = _SMILEYS.sub(" ", plain)
    words = "".join(
        piece if is_final else own.said(_piece(piece, language, own, slang)) for piece, is_final in own.pieces(plain)
    )
    return _not_too_often(_tidy(words))


def _spoken_name(donor: str, language: str, own: Pronunciation) -> str:
    plain = _sayable(donor, language)
    return _not_too_often(
        _tidy(
            "".join(piece if final else _shortened(figures_said(piece, language)) for piece, final in own.pieces(plain))
        )
    ).strip(" .,!?;:'-")


def _piece(text: str, language: str, own: Pronunciation, slang: Slang) -> str:
    text = telephones_said(text, language)
    text = clocks_said(money_said(text, language), language)
    if language == "id":
        text = _TWICE.sub(r"\1 \1\2", text)
    text = slang.said(_letters_shortened(text), own.words)
    text = text.replace("&", f" {tongue(language).ampersand} ")
    return _shortened(figures_said(text, language))


def _letters_shortened(text: str) -> str:
    return _LETTER_RUN.sub(r"\1\1", text)


def _shortened(text: str) -> str:
    text = _SHOUTED.sub(lambda match: match[0].lower(), _letters_shortened(text))
    return _SYLLABLE_RUN.sub(r"\1\1\1", text)


def _sayable(text: str, language: str) -> str:
    """Letters, figures and the marks of a sentence, in their usual form; everything else becomes a blank."""
    if text.isascii():
        return _unseen_gone(text)
    kept: list[str] = []
    marks = 0
    for sign in text:
        kind = unicodedata.category(sign)
        marks = marks + 1 if kind == "Mn" else 0
        if marks:
            if marks <= _MARKS and sign != "\ufe0f":
                kept.append(sign)
        elif kind in {"So", "No"}:
            usual = unicodedata.normalize("NFKC", sign)
            kept.append(usual if usual.isalnum() and usual.isascii() else " ")
        elif kind in {"Cc", "Co", "Cn", "Cs", "Sk", "Zs", "Zl", "Zp"}:
            kept.append(" ")
        elif kind not in {"Cf", "Me"}:
            kept.append(sign)
    usual = unicodedata.normalize("NFKC", "".join(kept))
    usual = "".join(_figure_of(sign) if sign.isdecimal() else sign for sign in usual)
    if language in _LATIN_TONGUES:
        usual = "".join(sign if _is_latin(sign) else " " for sign in usual)
    return _unseen_gone(usual)


def _figure_of(sign: str) -> str:
    return str(unicodedata.decimal(sign, 0))


def _is_latin(sign: str) -> bool:
    code = ord(sign)
    return code < _LATIN_END or code in _MORE_LATIN or not sign.isalnum()


def _unseen_gone(text: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in text)


def _without_links(text: str, language: str) -> str:
    spans = find_links(text)
    if not spans:
        return text
    kept: list[str] = []
    place = 0
    for span in spans:
        kept += [text[place : span.start], f" {tongue(language).link} "]
        place = span.end
    kept.append(text[place:])
    return "".join(kept)


def _tidy(text: str) -> str:
    text = _LEFT_OVER.sub(" ", _UNSAID.sub(" ", text).replace("&", " "))
    text = _BARE_MARK.sub(" ", text)
    text = _LOOSE_MARK.sub(r"\1", _MARK_RUN.sub(r"\1 ", " ".join(text.split())))
    words = (word[:_LONGEST_WORD] for word in text.split())
    return " ".join(words).lstrip(" .,!?;:'-")


def _not_too_often(text: str) -> str:
    """A word or a phrase of a few words that comes more than three times in a row comes three times."""
    words = text.split()
    for size in range(1, _LONGEST_PHRASE + 1):
        keys = [word.casefold().strip(".,!?;:") for word in words]
        kept: list[str] = []
        run = 0
        for place, word in enumerate(words):
            run = run + 1 if place >= size and keys[place] == keys[place - size] else 0
            if run <= (_TIMES - 1) * size:
                kept.append(word)
        words = kept
    return " ".join(words)


def cut_at_word(text: str, limit: int) -> str:
    """At most so many characters, whole words where there is a blank to cut at."""
    if len(text) <= limit:
        return text
    end = text.rfind(" ", 0, limit + 1)
    return text[: end if end > 0 else limit].rstrip(" ,;:'-")
