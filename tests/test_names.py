"""Names are promises too: tests are named as the modules they test, files stay short, no room collects odds."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("core", "store", "services", "overlay", "ui", "roles")
NAMELESS = {"utils", "util", "common", "helper", "helpers", "misc", "manager"}
LONGEST = 400


def modules(room: Path) -> set[str]:
    return {path.stem for path in room.rglob("*.py")} | {path.name for path in room.rglob("*") if path.is_dir()}


@pytest.mark.parametrize("room", ROOMS)
def test_tests_are_named_as_the_modules_they_test(room: str) -> None:
    known = modules(ROOT / "streamer_app" / room)
    for test in (ROOT / "tests" / room).rglob("test_*.py"):
        name = test.stem.removeprefix("test_")
        assert any(name == module or name.startswith(f"{module}_") for module in known), f"{test} tests no module"


def test_no_file_of_the_program_is_over_400_lines_or_named_for_nothing() -> None:
    for path in (ROOT / "streamer_app").rglob("*.py"):
        assert path.stem not in NAMELESS, path
        assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST, path


def test_no_registry_stands_in_a_lock() -> None:
    for lock in ("requirements.lock", "overlay_web/package-lock.json"):
        text = (ROOT / lock).read_text(encoding="utf-8")
        assert "--index-url" not in text
        assert '"resolved"' not in text


def test_the_version_has_one_source() -> None:
    from streamer_app import __version__

    assert 'dynamic = ["version"]' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert f"## {__version__} " in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
