"""When two writings of a name are one donor."""

from __future__ import annotations

from streamer_app.core.lookalikes import letters_of


def name_key(name: str) -> str:
    """The name as it is compared: look-alike letters, case, accents, invisible characters and runs of blanks are one.

    Figures stay figures: Budi1 and Budi7 are two people. Empty for a name of which nothing is seen.
    """
    return " ".join(letters_of(name).split())
