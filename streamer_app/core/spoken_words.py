"""Figures and money as words. The words come from num2words, imported on first use: a window begins without it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final

from streamer_app.core.money import minor_digits

MOST_DIGITS: Final = 15
"""Longer figures are no amounts anybody says; num2words knows names up to there in every language."""
_PLAIN_DIGITS: Final = 12
_TELEPHONE: Final = range(9, 15)
_UNPARTED: Final = 7
"""So many figures without a mark between them are an id or an account, unless they end in three noughts."""
_SPELT: Final = 8
"""Of such, and of those that begin with a nought, so many are said one by one; a longer one is nobody's business."""


@dataclass(frozen=True)
class Tongue:
    """A language's own words around figures."""

    sends: str
    link: str
    telephone: str
    long_figure: str
    point: str
    percent: str
    times: str
    ampersand: str
    steps: dict[str, int]


_STEPS: Final = {
    "k": 3, "rb": 3, "ribu": 3, "rbu": 3, "jt": 6, "juta": 6, "thousand": 3, "mil": 6, "million": 6, "mio": 6,
    "m": 9, "miliar": 9, "milyar": 9, "t": 12, "triliun": 12,
}  # fmt: skip
INDONESIAN: Final = Tongue(
    "mengirim", "tautan", "nomor telepon", "angka panjang", "koma", "persen", "kali", "dan", _STEPS
)
ENGLISH: Final = Tongue(
    "sent", "link", "phone number", "a long number", "point", "percent", "times", "and", _STEPS | {"m": 6, "t": 12}
)
_CURRENCIES: Final = {"IDR": "rupiah", "USD": "dollar", "SGD": "dollar", "MYR": "ringgit", "EUR": "euro"}
_SIGNS: Final = {"rp": "IDR", "idr": "IDR", "$": "USD", "us$": "USD", "usd": "USD"}
_FIGURE: Final = r"[0-9]+(?:[.,][0-9]+)*"
_STEP: Final = r"(?P<step>rbu?|ribu|k|jt|juta|thousand|million|miliar|milyar|triliun|mio|mil)"
_MONEY: Final = re.compile(
    rf"(?<!\w)(?P<sign>us\$|\$|rp|idr|usd)\.?\s?(?P<figure>{_FIGURE})(?:\s?(?:{_STEP}|(?P<short>[mt]))(?!\w))?"
    r"(?:,-|,00(?![0-9]))?(?P<unit>\s?(?:rupiah|dollars?)(?!\w))?",
    re.IGNORECASE,
)
_STEPPED: Final = re.compile(rf"(?<![\w.,])(?P<figure>{_FIGURE})\s?{_STEP}(?!\w)", re.IGNORECASE)
_TELEPHONES: Final = re.compile(r"(?<![\w+])(?:\+[0-9]|0|628)[0-9]*(?:[ .()-]{1,2}[0-9]+)*(?!\w)")
_CLOCK: Final = re.compile(
    r"(?<![\w.:,])(?:(?P<led>(?:jam|pukul|at)\s)(?P<hour>[01]?[0-9]|2[0-3])[.:]|(?P<other>(?:[01]?[0-9]|2[0-3])(?=:)|0[0-9])[.:])"
    r"(?P<minute>[0-5][0-9])(?![\w:]|[.,][0-9])",
    re.IGNORECASE,
)
_FIGURES: Final = re.compile(rf"(?P<figure>{_FIGURE})(?P<after>\s?%|x(?!\w))?", re.IGNORECASE)
_THOUSANDS: Final = re.compile(r"[1-9][0-9]{0,2}(?:(?:\.[0-9]{3})+|(?:,[0-9]{3})+)")
_DECIMAL: Final = re.compile(r"([0-9]+|[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]{1,3}(?:,[0-9]{3})+)[.,]([0-9]{1,4})")


def tongue(language: str) -> Tongue:
    """English has its own; every other language is told in Indonesian."""
    return ENGLISH if language == "en" else INDONESIAN


@lru_cache(maxsize=4096)
def number_words(number: int, language: str) -> str:
    """25 -> "dua puluh lima". At most `MOST_DIGITS` digits."""
    from num2words import num2words  # noqa: PLC0415

    said = str(num2words(number, lang="en" if language == "en" else "id"))
    return " ".join(said.replace(",", " ").replace("-", " ").split())


def digit_words(digits: str, language: str) -> str:
    """One by one."""
    return " ".join(number_words(int(digit), language) for digit in digits)


def money_words(amount: int, currency: str, language: str) -> str:
    """25000, IDR -> "dua puluh lima ribu rupiah". `amount` in the smallest unit; part of a whole is left unsaid."""
    whole = abs(amount) // 10 ** minor_digits(currency)
    named = _CURRENCIES.get(currency, currency)
    if len(str(whole)) > MOST_DIGITS:
        return f"{tongue(language).long_figure} {named}"
    return f"{number_words(whole, language)} {_unit(named, whole, language)}"


def _unit(named: str, number: Decimal | int, language: str) -> str:
    return f"{named}s" if language == "en" and named in {"dollar", "euro"} and number != 1 else named


def money_said(text: str, language: str) -> str:
    """Amounts in a text as words: Rp25.000, 25rb, 25k, 1,5 jt, Rp 1.000.000."""

    def whole(match: re.Match[str]) -> str:
        named = _CURRENCIES[_SIGNS[match["sign"].lower()]]
        value = _value(match["figure"], match["step"] or match["short"], language)
        return f" {_said(value, language)} {_unit(named, value if value is not None else 0, language)} "

    def stepped(match: re.Match[str]) -> str:
        return f" {_said(_value(match['figure'], match['step'], language), language)} "

    return _STEPPED.sub(stepped, _MONEY.sub(whole, text))


def telephones_said(text: str, language: str) -> str:
    """Telephone numbers are named, never read out: a stream has ears that should not have them."""

    def named(match: re.Match[str]) -> str:
        digits = sum(letter.isdecimal() for letter in match[0])
        return f" {tongue(language).telephone} " if digits in _TELEPHONE else match[0]

    return _TELEPHONES.sub(named, text)


def clocks_said(text: str, language: str) -> str:
    """12:30, 08.30 and jam 7.05 as hour and minutes."""

    def said(match: re.Match[str]) -> str:
        hour, minute = match["hour"] or match["other"], match["minute"]
        behind = digit_words(minute, language) if minute[0] == "0" else number_words(int(minute), language)
        behind = "" if minute == "00" else behind
        return f" {match['led'] or ''}{number_words(int(hour), language)} {behind} "

    return _CLOCK.sub(said, text)


def figures_said(text: str, language: str) -> str:
    """Every other figure in a text as words, however it stands there."""
    words = tongue(language)

    def said(match: re.Match[str]) -> str:
        after = (match["after"] or "").strip()
        behind = words.percent if after == "%" else words.times if after else ""
        return f" {_figure(match['figure'], language)} {behind} "

    return _FIGURES.sub(said, text)


def _figure(figure: str, language: str) -> str:
    if not figure.isdecimal() and not _THOUSANDS.fullmatch(figure) and not _DECIMAL.fullmatch(figure):
        return " ".join(_figure(part, language) for part in re.split("[.,]", figure))
    if figure.isdecimal() and _is_a_number_to_call_by(figure):
        return digit_words(figure, language) if len(figure) <= _SPELT else tongue(language).long_figure
    value = _value(figure, None, language)
    if value is not None and value >= 10**_PLAIN_DIGITS:
        value = None
    return _said(value, language)


def _is_a_number_to_call_by(figure: str) -> bool:
    """007, an account, a player's id: not a quantity."""
    return len(figure) > 1 and (figure[0] == "0" or (len(figure) >= _UNPARTED and not figure.endswith("000")))


def _value(figure: str, step: str | None, language: str) -> Decimal | None:
    """None: longer than anybody says. A mark before three digits parts thousands, else it is the decimal one."""
    if figure.isdecimal() or _THOUSANDS.fullmatch(figure):
        plain = re.sub("[.,]", "", figure)
    elif (match := _DECIMAL.fullmatch(figure)) is not None:
        plain = re.sub("[.,]", "", match[1]) + "." + match[2]
    else:
        plain = re.sub("[.,]", "", figure)
    if len(plain) > MOST_DIGITS + 5:
        return None
    value = Decimal(plain)
    if step:
        value = value.scaleb(tongue(language).steps[step.lower()])
    return value if value < 10**MOST_DIGITS else None


def _said(value: Decimal | None, language: str) -> str:
    words = tongue(language)
    if value is None:
        return words.long_figure
    whole = int(value)
    rest = value - whole
    if not rest:
        return number_words(whole, language)
    digits = f"{rest:f}".partition(".")[2].rstrip("0")
    return f"{number_words(whole, language)} {words.point} {digit_words(digits, language)}"
