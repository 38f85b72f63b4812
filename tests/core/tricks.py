"""The ways people write a blocked word so that a list does not see it, as Hypothesis strategies."""

from __future__ import annotations

from hypothesis import strategies as st

from streamer_app.core.words import SHORT

LOOKALIKES = {
    "a": "\u0430\u03b1\uff41\U0001d41a\u1d00\U0001f170\u00e1",
    "b": "\u0432\uff42\U0001d4eb\u0299",
    "c": "\u0441\uff43\u1d04",
    "d": "\u0501\uff44\u1d05",
    "e": "\u0435\u03b5\uff45\u1d07\u00e9",
    "g": "\u0261\uff47\u0262",
    "h": "\u04bb\uff48\u029c",
    "i": "\u0456\u03b9\uff49\u0131l",
    "j": "\u0458\uff4a",
    "k": "\u043a\u03ba\uff4b",
    "l": "\uff4c\u029f\u217c",
    "m": "\u043c\uff4d\u1d0d",
    "n": "\u043f\uff4e\u0274",
    "o": "\u043e\u03bf\uff4f\u00f8",
    "p": "\u0440\u03c1\uff50",
    "r": "\uff52\u0280",
    "s": "\u0455\uff53\ua731",
    "t": "\u0442\u03c4\uff54",
    "u": "\u03c5\uff55\u028bv",
    "y": "\u0443\uff59",
}
LEET = {"a": "4@", "i": "1!", "e": "3", "o": "0", "s": "5$", "t": "7", "l": "1"}
UNSEEN = ("", "\u200b", "\u200d", "\u2060", "\ufe0f", "\u00ad", "\x00", "\u0301", "\u0336", "\u0489")
"""What may follow a letter without being seen, or only as a mark on it."""


def _letter(letter: str, *, leet: bool) -> st.SearchStrategy[str]:
    ways = [letter, letter.upper() if letter != "i" else letter, *LOOKALIKES.get(letter, "")]
    if leet:
        ways += LEET.get(letter, "")
    return st.sampled_from(ways)


@st.composite
def disguised(draw: st.DrawFn, word: str) -> str:
    """One writing of a word. Figures take the place of every second letter at most, so that it can still be read."""
    times = st.sampled_from((1, 1, 1, 3, 5) if len(word) <= SHORT else (1, 1, 1, 2, 3, 5))
    between = draw(st.sampled_from(("", "", " ", ".", "-", "_", " . ", "  ", "\u3000", "*")))
    written: list[str] = []
    for place, letter in enumerate(word):
        sign = draw(_letter(letter, leet=place % 2 == 1))
        repeated = 1 if word[place - 1 : place] == letter or word[place + 1 : place + 2] == letter else draw(times)
        written.append("".join(sign + draw(st.sampled_from(UNSEEN)) for _ in range(repeated)))
    return between.join(written)
