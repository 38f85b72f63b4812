"""What a streamer sets of the overlay: alerts and widgets. Kept as rows, told to the pages at once."""

from __future__ import annotations

import structlog

from streamer_app.core.commands import Command, SetOverlay, SetWidget
from streamer_app.services import overlay_book, widget_book
from streamer_app.services.deciding import Done
from streamer_app.services.dressing import dress
from streamer_app.services.show import Show

_log = structlog.get_logger()


async def carry_out(show: Show, command: Command) -> Done | None:
    """Keep it and show it. None: this is not about the overlay's settings. Raises `CommandRefusedError`."""
    action = command.action
    match action:
        case SetOverlay(settings=settings):
            show.held_lease()
            await overlay_book.save_overlay(
                show.conn(), show.streamer_user_id, settings, command.actor, show.looks.backstage.library
            )
            show.overlay = settings
            dress(show)
        case SetWidget(name=name, settings=widget):
            show.held_lease()
            widgets = await widget_book.set_widget(show.conn(), show.streamer_user_id, name, widget, command.actor)
            if show.desk is not None:
                show.desk.set_widgets(widgets)
        case _:
            return None
    _log.info("overlay.set", what=type(action).__name__, by=command.actor)
    show.changed()
    return Done()
