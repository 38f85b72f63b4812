"""What is typed about the overlay becomes what was meant, or ends with 2 and words before anything is opened."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from streamer_app import cli, cli_overlay
from streamer_app.core.errors import ActionableError
from streamer_app.core.library_files import FileKind, LibraryFile
from streamer_app.core.overlay_settings import FONTS, THEMES, OverlaySettings, Variation
from streamer_app.roles import console_overlay as console
from streamer_app.roles import console_overlay_text as texts
from streamer_app.services.library import Library
from streamer_app.settings import UsageError, load_machine, resolve
from tests.command_line import run_here
from tests.services.test_library import a_picture

FILE = "0123456789abcdef0123456789abcdef"
FIELDS: dict[str, tuple[str, Any]] = {
    "name": ("Sultan besar", "Sultan besar"),
    "enabled": ("false", False),
    "at_least": ("50000", 50_000),
    "less_than": ("90000", 90_000),
    "media": ("TTS, YOUTUBE", ("TTS", "YOUTUBE")),
    "first_time_only": ("true", True),
    "weight": ("7", 7),
    "theme": ("struk", "struk"),
    "headline": ("{name} = {amount}!", "{name} = {amount}!"),
    "message": ("", ""),
    "picture": (f"{FILE}.png", f"{FILE}.png"),
    "picture_place": ("behind", "behind"),
    "sound": (f"{FILE}.wav", f"{FILE}.wav"),
    "silent": ("1", True),
    "volume": ("0.5", 0.5),
    "font": ("mono", "mono"),
    "accent": ("#aabbcc", "#aabbcc"),
    "text": ("#000000", "#000000"),
    "plate": ("#ffffff", "#ffffff"),
    "entrance": ("pop", "pop"),
    "anchor": ("top_left", "top_left"),
    "x": ("-20", -20),
    "y": ("30", 30),
    "scale": ("1.5", 1.5),
    "seconds": ("9.5", 9.5),
}


def typed_fields(*fields: str) -> dict[str, Any]:
    typed = cli.build_parser().parse_args(["overlay", "variation", "set", "one", *fields])
    return {name: console.value_of(Variation, name, text) for name, text in typed.fields}


def test_every_field_of_a_variation_can_be_typed() -> None:
    assert sorted(FIELDS) == sorted(Variation.__struct_fields__)


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_sets_itself_and_nothing_else(name: str) -> None:
    text, value = FIELDS[name]
    before = OverlaySettings(variations=(Variation(name="zero"), Variation(name="One")))
    after = console.with_variation(before, "one", typed_fields(f"{name.replace('_', '-')}={text}"))
    assert after.variations[0] == before.variations[0]
    made = after.variations[1]
    assert getattr(made, name) == value
    others = [
        other for other in Variation.__struct_fields__ if getattr(made, other) != getattr(Variation(name="One"), other)
    ]
    assert others == [name]


def test_values_are_taken_away_again() -> None:
    values = typed_fields("less_than=", "seconds=none", "anchor=none", "media=", "picture=", "theme=none", "accent=")
    assert values == {
        "less_than": None,
        "seconds": None,
        "anchor": None,
        "media": (),
        "picture": "",
        "theme": "",
        "accent": "",
    }


def test_a_variation_is_added_changed_and_taken_away_by_its_name() -> None:
    one = console.with_variation(OverlaySettings(), "Sultan", {"at_least": 5})
    assert one.variations == (Variation(name="Sultan", at_least=5),)
    assert console.with_variation(one, " sultan ", {"weight": 2}).variations == (
        Variation(name="Sultan", at_least=5, weight=2),
    )
    assert console.without_variation(one, "SULTAN") == OverlaySettings()
    with pytest.raises(ActionableError, match="no variation 'x'"):
        console.without_variation(one, "x")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["set"], "field"),
        (["set", "colour", "red"], "invalid choice"),
        (["set", "volume", "2"], "<= 1.0"),
        (["set", "volume", "loud"], "volume"),
        (["set", "reduced-motion", "maybe"], "bool"),
        (["css"], "a file, or --clear"),
        (["css", "x.css", "--clear"], "a file, or --clear"),
        (["pin"], "a page, or --clear"),
        (["pin", "page-12345", "--clear"], "a page, or --clear"),
        (["rotate"], "which"),
        (["rotate", "control"], "invalid choice"),
        (["variation"], "what"),
        (["variation", "set", "one", "weight"], "field=value"),
        (["variation", "set", "one", "=5"], "field=value"),
        (["variation", "set", "one", "colour=red"], "no field 'colour'"),
        (["variation", "set", "one", "weight=0"], ">= 1"),
        (["variation", "set", "one", "accent=red"], "accent"),
        (["variation", "set", "one", "entrance=bounce"], "theme, fade, slide, pop, none"),
        (["variation", "set", "one", "media=TTS,MP3"], "NONE, TTS, YOUTUBE"),
        (["variation", "set", "one", "picture=../x.png"], "picture"),
        (["library"], "what"),
        (["library", "add"], "FILE"),
        (["library", "remove"], "ID"),
    ],
)
def test_usage_ends_with_2_and_words(words: list[str], said: str, tmp_path: Path) -> None:
    done = run_here("--data-dir", str(tmp_path / "data"), "--json", "overlay", *words)
    assert done.returncode == 2
    assert done.stdout == ""
    assert said in done.stderr
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["overlay", "show"], "overlay show"),
        (["overlay", "set", "theme", "struk"], "command"),
        (["overlay", "css", "--clear"], "command"),
        (["overlay", "pages"], "overlay pages"),
        (["overlay", "pin", "page-12345"], "command"),
        (["overlay", "pin", "--clear"], "command"),
        (["overlay", "rotate", "display"], "overlay rotate"),
        (["overlay", "variation", "list"], "overlay variation list"),
        (["overlay", "variation", "set", "one", "weight=2"], "command"),
        (["overlay", "variation", "remove", "one"], "command"),
        (["overlay", "library", "list"], "overlay library list"),
        (["overlay", "library", "add", "x.png"], "overlay library add"),
        (["overlay", "library", "remove", "x"], "overlay library remove"),
    ],
)
def test_every_command_has_its_work_and_its_words(words: list[str], told: str, tmp_path: Path) -> None:
    settings = resolve({"data_dir": str(tmp_path)})
    typed = cli.build_parser().parse_args(words)
    found = cli_overlay.work(settings, " ".join(words[:2]), typed)
    assert found is not None
    assert found[1] == told
    assert told == "command" or told in texts.KINDS
    for other in (["queue", "list"], ["overlay", "url"]):
        assert cli_overlay.work(settings, " ".join(other), cli.build_parser().parse_args(other)) is None


def test_a_style_sheet_is_read_or_its_lines_are_said(tmp_path: Path) -> None:
    sheet = tmp_path / "x.css"
    sheet.write_bytes(b"\xef\xbb\xbf.a { color: red }")
    assert console.read_css(sheet) == ".a { color: red }"
    sheet.write_text(".a{}\n@import 'x';")
    with pytest.raises(ActionableError, match="line 2: @import"):
        console.read_css(sheet)
    sheet.write_bytes(b"\xff\xfe")
    with pytest.raises(ActionableError, match="UTF-8"):
        console.read_css(sheet)
    sheet.write_bytes(bytes(100_000))
    with pytest.raises(ActionableError, match="larger"):
        console.read_css(sheet)
    with pytest.raises(ActionableError, match="cannot be read"):
        console.read_css(tmp_path / "absent.css")
    assert (
        run_here("--data-dir", str(tmp_path / "data"), "overlay", "css", str(tmp_path / "absent.css")).returncode == 1
    )


def test_without_a_studio_files_are_added_to_the_folder_itself(tmp_path: Path) -> None:
    picture = tmp_path / "kucing.png"
    picture.write_bytes(a_picture())
    flags = ("--data-dir", str(tmp_path / "data"))
    done = run_here(*flags, "overlay", "library", "add", str(picture))
    assert done.returncode == 0, done.stderr
    [kept] = Library(tmp_path / "data" / "library").files()
    assert (kept.name, kept.kind) == ("kucing.png", FileKind.PICTURE)
    assert done.stdout.startswith(f"{kept.id}  kucing.png (picture, ")
    picture.write_text("<svg/>")
    refused = run_here(*flags, "overlay", "library", "add", str(picture))
    assert (refused.returncode, "SVG" in refused.stderr) == (1, True)
    absent = run_here(*flags, "overlay", "library", "add", str(tmp_path / "absent.png"))
    assert (absent.returncode, "cannot be read" in absent.stderr) == (1, True)


def test_without_a_studio_a_new_key_is_kept_and_said_by_nobody(tmp_path: Path) -> None:
    settings = resolve({"data_dir": str(tmp_path)})
    before = load_machine(settings)
    done = run_here("--data-dir", str(tmp_path), "overlay", "rotate", "display")
    after = load_machine(settings)
    assert done.returncode == 0
    assert after.display_key != before.display_key
    assert after.display_key not in done.stdout
    assert "overlay url" in done.stdout
    assert "address" in run_here("--data-dir", str(tmp_path), "overlay", "rotate", "preview").stdout
    assert load_machine(settings).display_key == after.display_key


def test_without_a_studio_there_are_no_pages_and_that_is_said(tmp_path: Path) -> None:
    done = run_here("--data-dir", str(tmp_path), "overlay", "pages")
    assert (done.returncode, done.stdout) == (1, "")
    assert "No studio runs" in done.stderr


def pages(*listed: dict[str, Any]) -> dict[str, Any]:
    return {"pages": list(listed), "pinned": None, "previews": 0}


def test_every_document_can_be_read_by_people() -> None:
    strange = Variation(name="Sul\x1b[31mtan", at_least=5, media=(), theme="struk", enabled=False)
    settings = OverlaySettings(variations=(strange,), custom_css="x" * 10)
    shown = texts.spoken(
        "overlay show", {"version": 1, "unreadable": ["volume"], "overlay": msgspec.to_builtins(settings)}
    )
    assert "could not be read" in shown
    assert "\x1b" not in shown
    assert "Sul[31mtan (off): at_least=5, theme=struk" in shown
    assert "10 characters" in shown
    assert "no variation" in texts.spoken("overlay variation list", [])
    assert "empty" in texts.spoken("overlay library list", [])
    file = LibraryFile(id=f"{FILE}.webm", name="a\x1bb", kind=FileKind.VIDEO, size=2048, note="kept as it came")
    plain = {**msgspec.to_builtins(file), "used_by": ["Sultan"]}
    assert texts.spoken("overlay library list", [plain]) == (
        f"{FILE}.webm  ab (video, 2 KB, used by Sultan)\n  kept as it came"
    )
    assert "No page" in texts.spoken("overlay pages", pages())
    page = {
        "page_instance": "page-1",
        "name": "OBS 31.0, on air",
        "role": "speaker",
        "shows_alerts": True,
        "pinned": True,
        "frozen": False,
        "widgets": ["alerts"],
    }
    assert texts.spoken("overlay pages", pages(page)) == "page-1  OBS 31.0, on air: speaks (pinned); shows alerts"
    mirror = {**page, "role": "mirror", "pinned": False}
    assert "mirrors; shows" in texts.spoken("overlay pages", pages(mirror))
    assert "shows widgets; shows goal" in texts.spoken(
        "overlay pages", pages({**mirror, "shows_alerts": False, "widgets": ["goal"]})
    )
    assert "page-9 is gone" in texts.spoken("overlay pages", {**pages(mirror), "pinned": "page-9"})
    assert "gone" not in texts.spoken("overlay pages", {**pages(page), "pinned": "page-1"})
    removed = texts.spoken("overlay library remove", {"removed": "x", "was_used_by": ["Sultan"]})
    assert removed == "x is deleted. It was used by Sultan."


def test_names_that_are_offered_are_those_that_are_known() -> None:
    for theme in THEMES:
        assert console.value_of(OverlaySettings, "theme", theme) == theme
    for font in FONTS:
        assert console.value_of(Variation, "font", font) == font
    with pytest.raises(UsageError, match="no field"):
        console.value_of(OverlaySettings, "nothing", "x")
