"""A donation link becomes a code that a telephone reads, and nothing else becomes one."""

from __future__ import annotations

import subprocess
import sys

import pytest

from streamer_app.core.qr_codes import link_trouble, modules_of

FINDER = ["1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111"]


def test_a_link_is_a_square_with_its_three_corners() -> None:
    modules = modules_of("https://saweria.co/contoh")
    size = len(modules)
    assert size in {21 + 4 * step for step in range(40)}
    assert all(len(row) == size and set(row) <= {"0", "1"} for row in modules)
    assert [row[:7] for row in modules[:7]] == FINDER
    assert [row[-7:] for row in modules[:7]] == FINDER
    assert [row[:7] for row in modules[-7:]] == FINDER


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "ftp://example.org/",
        "example.org",
        "",
        "https://",
        "https:///path",
        "https://user:word@example.org/",
        "https://example.org/a b",
        "https://example.org/\u202ea",
        "https://[::1",
        "https://example.org:99999/",
    ],
)
def test_what_is_no_link_is_refused(link: str) -> None:
    assert link_trouble(link)
    with pytest.raises(ValueError, match=r"\w"):
        modules_of(link)


def test_the_longest_link_has_room() -> None:
    link = "https://example.org/" + "a" * 280
    assert link_trouble(link) is None
    assert modules_of(link)


def test_nobody_pays_for_codes_who_has_none() -> None:
    asked = "import sys; from streamer_app.core import qr_codes; print('segno' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], capture_output=True, check=True).stdout.strip() == b"False"
