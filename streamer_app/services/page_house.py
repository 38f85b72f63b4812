"""What the studio asks of the room where the pages are, beside showing alerts there."""

from __future__ import annotations

from typing import Protocol

from streamer_app.core.commands import Command, KeyKind, PinSpeaker, RotateKey
from streamer_app.core.errors import CommandRefusedError, Reason
from streamer_app.services.widgets import Billboard


class PageHouse(Billboard, Protocol):
    """Fulfilled by `overlay`, on the studio's loop. Nothing here blocks but for one small file."""

    def pin(self, page_instance: str | None) -> bool:
        """This page speaks as long as it is here. False: there is no such page."""

    def rotate(self, which: KeyKind) -> None:
        """A new key, and out with everybody who came with the old one. Raises `DataFolderError`."""


def is_about_pages(command: Command) -> bool:
    """Whether the pages' room carries this out, and not the dispatcher."""
    return isinstance(command.action, PinSpeaker | RotateKey)


def carry_out(house: PageHouse | None, command: Command) -> None:
    """Do what is about pages. Raises `CommandRefusedError`."""
    action = command.action
    if house is None:
        raise _no_such_page()
    if isinstance(action, PinSpeaker) and not house.pin(action.page_instance):
        raise _no_such_page()
    if isinstance(action, RotateKey):
        house.rotate(action.which)


def _no_such_page() -> CommandRefusedError:
    return CommandRefusedError(
        "That overlay page is not open", "Look at the pages that are, and choose one of them.", reason=Reason.NO_PAGE
    )
