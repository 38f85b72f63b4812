"""The languages of the window, apart from their words so that naming one loads none."""

from __future__ import annotations

from enum import StrEnum


class Language(StrEnum):
    """Indonesian first."""

    INDONESIAN = "id"
    ENGLISH = "en"
