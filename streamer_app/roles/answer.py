"""A document that comes with an exit code: what was asked was done, and what it found wants somebody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

FINE: Final = 0
WANTS_SOMEBODY: Final = 1


@dataclass(frozen=True)
class Answer:
    """`document` is printed either way."""

    document: Any
    exit_code: int = FINE
