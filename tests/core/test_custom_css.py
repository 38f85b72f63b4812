"""What a streamer's style sheet may say. The corpus tries to reach another address in every way."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer_app.core.custom_css import CssFault, CssProblem, as_served, problems, sheet_name
from streamer_app.core.overlay_settings import LONGEST_CSS

FILE = "0123456789abcdef0123456789abcdef.png"

FINE = [
    "",
    ".donor { color: #ff0000; --look-accent: #fff }",
    "/* url(http://evil.example) @import */ .amount { font-weight: 800 }",
    f".plate {{ background: url(library/{FILE}) }}",
    f".plate {{ background: url( 'library/{FILE}' ) no-repeat }}",
    f'.plate {{ background: url("library/{FILE}") }}',
    '.donor::before { content: "url(not one)" }',
    ".a { scroll-behavior: smooth; overscroll-behavior: none }",
    "@media (min-width: 600px) { .a { color: red } }",
    "@font-face { font-family: x; src: local('Arial') }",
    "@keyframes x { from { opacity: 0 } to { opacity: 1 } }",
    ".a { content: 'it\\'s' }",
]
WRONG = {
    "@import url(x.css);": CssFault.IMPORT,
    "@IMPORT 'x.css';": CssFault.IMPORT,
    "@\\69mport 'x.css';": CssFault.IMPORT,
    "@import/**/'x.css';": CssFault.IMPORT,
    ".a{background:url(https://evil.example/a.png)}": CssFault.ADDRESS,
    ".a{background:URL(//evil.example/a.png)}": CssFault.ADDRESS,
    ".a{background:u\\72l(//evil.example)}": CssFault.ADDRESS,
    ".a{background:\\75 rl(//evil.example)}": CssFault.ADDRESS,
    ".a{background:url(data:image/png;base64,AA)}": CssFault.ADDRESS,
    ".a{background:url(/overlay/x)}": CssFault.ADDRESS,
    f".a{{background:url(library/../{FILE})}}": CssFault.ADDRESS,
    f".a{{background:url(library/{FILE}?x)}}": CssFault.ADDRESS,
    f".a{{background:url('library/{FILE}\")}}": CssFault.ADDRESS,
    ".a{background:url(library/0123.png)}": CssFault.ADDRESS,
    ".a{background:url()}": CssFault.ADDRESS,
    ".a{background:image-set('http://evil.example/a.png' 1x)}": CssFault.ADDRESS,
    ".a{background:-webkit-image-set('a.png' 1x)}": CssFault.ADDRESS,
    ".a{src:src('http://evil.example')}": CssFault.ADDRESS,
    ".a{--x:url(//evil.example)}": CssFault.ADDRESS,
    ".a{content:'\\\n url(x)'; background:url(//evil.example)}": CssFault.ADDRESS,
    ".a{width:expression(alert(1))}": CssFault.SCRIPT,
    ".a{behavior:none}": CssFault.SCRIPT,
    ".a{-moz-binding:none}": CssFault.SCRIPT,
    ".a{-moz-\\62inding:none}": CssFault.SCRIPT,
    "</style><script>": CssFault.CLOSES_STYLE,
    "/* </STYLE */": CssFault.CLOSES_STYLE,
    "/* never closed": CssFault.NOT_CLOSED,
    "/*/": CssFault.NOT_CLOSED,
    ".a{content:'open}": CssFault.NOT_CLOSED,
    ".a{": CssFault.BRACES,
    "}": CssFault.BRACES,
    ".a{color:red\x00}": CssFault.CONTROL,
    "x" * (LONGEST_CSS + 1): CssFault.TOO_LONG,
}


@pytest.mark.parametrize("css", FINE)
def test_what_styles_is_fine(css: str) -> None:
    assert problems(css) == []


@pytest.mark.parametrize("css", list(WRONG))
def test_what_reaches_further_is_refused(css: str) -> None:
    assert WRONG[css] in {problem.fault for problem in problems(css)}


@pytest.mark.parametrize("newline", ["\n", "\r", "\f"])
def test_a_text_ends_with_its_line_and_hides_no_address(newline: str) -> None:
    found = problems(f".a{{content:'{newline}; background:url(//evil.example)}}")
    assert CssFault.ADDRESS in {problem.fault for problem in found}


def test_each_fault_names_its_line() -> None:
    css = ".a{}\n@import 'x';\n/* a\nb */ .b{background:url(x)}\n\n.c{behavior:x}"
    assert problems(css) == [
        CssProblem(2, CssFault.IMPORT),
        CssProblem(4, CssFault.ADDRESS),
        CssProblem(6, CssFault.SCRIPT),
    ]
    assert str(problems(css)[0]).startswith("line 2: @import")


@given(st.text(st.sampled_from("ab{}@/*\\'\"(): \n0url</style") | st.characters(), max_size=200))
def test_any_text_is_judged(css: str) -> None:
    for problem in problems(css):
        assert 1 <= problem.line <= css.count("\n") + 1
        assert str(problem)


def test_the_longest_sheet_is_judged_at_once_however_bad() -> None:
    began = time.perf_counter()
    for piece in ("url(", "\\", "'", "/*", "@import ", "{", "\\75", "a" * 50 + "("):
        problems((piece * LONGEST_CSS)[:LONGEST_CSS])
    assert time.perf_counter() - began < 5


def test_a_sheets_name_changes_with_its_content() -> None:
    assert sheet_name("a") == sheet_name("a") != sheet_name("b")
    assert len(sheet_name("")) == len("0123456789abcdef.css")


def test_addresses_of_the_library_climb_out_of_the_sheets_own_folder() -> None:
    css = f"a{{background:url( 'library/{FILE}' ), url(library/{FILE})}} /* library/ */"
    assert as_served(css) == (f"a{{background:url( '../library/{FILE}' ), url(../library/{FILE})}} /* library/ */")
