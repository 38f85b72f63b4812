"""Links are found, written out or disguised; figures and sentences without a blank are none."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer_app.core import links
from streamer_app.core.links import find_links
from streamer_app.core.words import masked

INNOCENT = (Path(__file__).parent / "innocent_sentences.txt").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize(
    "link",
    [
        "http://x.y/z",
        "HTTPS://contoh",
        "hxxps://a",
        "www.contoh",
        "contoh.com",
        "contoh.co.id",
        "a.b.c.contoh.com:8080/x?y=1#z",
        "contoh dot com",
        "contoh titik com",
        "contoh[.]com",
        "contoh (.) com",
        "contoh(dot)com",
        "discord.gg/x",
        "discord.gg",
        "t.me/abc",
        "wa.me",
        "wa.me/62811",
        "bit.ly/x",
        "s.id/x",
        "youtu.be/x",
        "slot88.top",
        "situs.live/x",
        "situs-gacor.online",
        "nama@contoh.com",
        "\uff43\uff4f\uff4e\uff54\uff4f\uff48\uff0e\uff43\uff4f\uff4d",
        "con\u200btoh.c\u200bom",
        "s\u043entoh.\u0441\u043em",
        "contoh\u3002com",
    ],
)
@pytest.mark.parametrize(("before", "behind"), [("", ""), ("cek ", " ya"), ("cek: ", " \u2014 ok")])
def test_links(link: str, before: str, behind: str) -> None:
    text = before + link + behind
    assert [text[start:end] for start, end in find_links(text)] == [link]


@pytest.mark.parametrize(
    "text",
    [
        "3.000",
        "Rp25.000",
        "halo.apa kabar",
        "yes.it is",
        "gas.to the moon",
        "nice.gg",
        "makasih.by the way",
        "sebentar...com",
        "titik dua",
        "di titik info ini",
        "polka dot me",
        "jam 8.30",
        "versi 1.2.3",
        "okay.thanks",
        "node.js",
        "@budi",
        ".com",
        "a // b",
        "w w w",
    ],
)
def test_no_links(text: str) -> None:
    assert find_links(text) == ()


def test_innocent_sentences_hold_no_link() -> None:
    assert [sentence for sentence in INNOCENT if find_links(sentence)] == []


signs = st.text(alphabet="ab1.-/:@[]( )comwthps\u200b\u3002\u0430", max_size=60)


@given(
    st.one_of(st.text(), signs, st.lists(st.sampled_from(["a.com", ".co", "wa.me", " dot com", "(.)id"])).map("".join))
)
def test_links_are_in_order_apart_and_gone_once_they_are_masked(text: str) -> None:
    spans = find_links(text)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(first.end <= second.start for first, second in pairwise(spans))
    assert find_links(masked(text, spans)) == ()


@pytest.mark.parametrize(
    "part", ["a.", "a.com ", ".com", "[.]com", "a dot com ", "a.a.com.", ".in", "a@", "( . ", "1.1", "x.in"]
)
def test_the_looks_backwards_are_linear_in_the_text(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted: signs looked at in front of an end, which is the one part that goes back."""
    looked = 0
    host_start = links._host_start

    def counting(plain: str, end: int) -> int:
        nonlocal looked
        start = host_start(plain, end)
        looked += end - start + 1
        return start

    monkeypatch.setattr(links, "_host_start", counting)
    counts = []
    for size in (1_000, 10_000):
        looked = 0
        find_links((part * size)[:size])
        counts.append(looked)
    assert counts[1] <= 12 * counts[0] + 100, counts
    assert counts[1] <= 10_000 * 65, counts
