"""Links, written out or disguised: https://…, www.…, contoh.com, contoh[.]com, contoh dot com, t.me/x.

"3.000", "Rp25.000", "halo.apa kabar" and "yes.it is" are none: the end has to be a known one, and an end that is also a
word people write behind a full stop without a blank has to be followed by a path, or stand behind a figure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from streamer_app.core.lookalikes import letters_of
from streamer_app.core.words import Span

_ENDS: Final = (
    "agency ai app at.id au autos bet bid biz br ca casino cam cc ch cn co com company desa.id dev digital download eu "
    "fr gdn group guru hk icu id il ink io ir jp kr loan ltd ly mobi moe net nl nz ooo org ph pics pl pw qa quest ru "
    "sbs sg shop site social store stream su surf tech th tk tokyo tube tv tw ua uk vc video vip vn website wiki win "
    "xin xxx xyz zip"
)
_WORDS_TOO: Final = (
    "academy ae am ar art as asia at band bar be best blog bot by cash cat center cf chat click cloud club cool date "
    "de ee es fans fit fun ga gay gg gold gq host in info is it kim la land lat life link live lol love lt ma me media "
    "ml mom money monster mu my network news ninja no now one online page pet pink plus porn press pro ren report rest "
    "rip run sale sex show si skin so space team to today tools top trade us uno vote wang watch work works world ws "
    "wtf zone"
)
_SPOKEN: Final = "com net org biz id co xyz io tv gg"
_BRACKETED: Final = f"{_SPOKEN} me shop site store club vip online live link top"
_HOSTS: Final = frozenset(
    {"t.me", "wa.me", "m.me", "s.id", "discord.gg", "fb.me", "ig.me", "line.me", "youtu.be", "paypal.me", "lynk.id"}
)
_POINTS: Final = dict.fromkeys(map(ord, "\u3002\uff0e\uff61\u2024\ufe52"), ".")


def _either(ends: str) -> str:
    return "|".join(sorted((re.escape(end) for end in ends.split()), key=len, reverse=True))


_BARE: Final = re.compile(
    rf"(?<=[\w-])\.(?:(?P<sure>{_either(_ENDS)})|(?P<perhaps>{_either(_WORDS_TOO)}))(?![\w@])(?P<path>(?::\d+)?[/?#][^\s]*)?"
)
_SPELT: Final = re.compile(
    rf"(?:\s?[\[({{<]\s?(?:\.|,|dot|titik)\s?[\])}}>]\s?(?:{_either(_BRACKETED)})|\s(?:dot|titik)\s(?:{_either(_SPOKEN)}))"
    r"(?!\w)(?:\s?/\s?\S*)?"
)
_SCHEME: Final = re.compile(r"(?:https?|hxxps?|ftp)\s?:\s?//\s?\S+|(?<![\w.])www\s?\.\s?\S+")
_SIGNS: Final = (".", "//", "dot", "titik", "[", "(", "{", "<")
"""Without any of these there is no link."""
_HOST_LETTER: Final = re.compile(r"[\w.@+-]")
_LONGEST_HOST: Final = 64
"""So far in front of its end a link is looked for; it costs as much for each end."""


def find_links(text: str) -> tuple[Span, ...]:
    """Where links stand, in order, none overlapping. Never raises; linear in the text's length."""
    plain, places = _plain(text)
    if not any(sign in plain for sign in _SIGNS):
        return ()
    found = sorted({*_whole(plain), *_bare(plain), *_spelt(plain)})
    merged: list[Span] = []
    for start, end in found:
        if merged and start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(end, merged[-1].end))
        else:
            merged.append(Span(start, end))
    if places is None:
        return tuple(merged)
    return tuple(Span(places[start], places[end - 1] + 1) for start, end in merged)


def _plain(text: str) -> tuple[str, list[int] | None]:
    """Small letters without disguise, and where each came from; None where they stand one for one."""
    if text.isascii():
        return text.lower(), None
    made: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        letter = character.translate(_POINTS)
        if not letter.isascii():
            letter = letters_of(letter)
        for sign in letter.lower():
            made.append(sign)
            places.append(place)
    return "".join(made), places


def _whole(plain: str) -> Iterator[tuple[int, int]]:
    for match in _SCHEME.finditer(plain):
        yield match.span()


def _bare(plain: str) -> Iterator[tuple[int, int]]:
    covered = 0
    for match in _BARE.finditer(plain):
        if match.start() == covered > 0:
            covered = match.end()
            yield match.span()
            continue
        start = _host_start(plain, match.start())
        if start == match.start():
            continue
        host = plain[start : match.start() + 1] + (match["sure"] or match["perhaps"])
        has_figure = any(letter.isdecimal() or letter == "-" for letter in plain[start : match.start()])
        if match["sure"] or match["path"] or has_figure or host in _HOSTS or "@" in host:
            covered = match.end()
            yield start, covered


def _spelt(plain: str) -> Iterator[tuple[int, int]]:
    for match in _SPELT.finditer(plain):
        start = _host_start(plain, match.start())
        if start < match.start():
            yield start, match.end()


def _host_start(plain: str, end: int) -> int:
    """Where the name in front of an end begins; `end` itself where there is none."""
    start = end
    while start > max(end - _LONGEST_HOST, 0) and _HOST_LETTER.match(plain[start - 1]):
        start -= 1
    while start < end and plain[start] in ".-+@":
        start += 1
    return start
