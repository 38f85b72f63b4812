"""The one module that knows where the program's own files lie (never where the user's data lies)."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_ROOT = _PACKAGE.parent


def migrations_folder() -> Path:
    """The Alembic folder: `versions/` and `sql/`."""
    return _ROOT / "migrations"


def overlay_dist_folder() -> Path:
    """The built overlay pages: `index.html` and hashed assets below `assets/`. Absent until the web part is built."""
    return _ROOT / "overlay_web" / "dist"


def resources_folder() -> Path:
    """Fonts, icons, sounds and translations that ship with the program."""
    return _ROOT / "resources"


def word_lists_folder() -> Path:
    """Blocked words that ship with the program, one list a file: `<name>.txt`, one entry a line, # for a comment."""
    return resources_folder() / "words"
