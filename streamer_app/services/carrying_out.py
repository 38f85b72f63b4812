"""Who carries out which command: the one place that knows all of them."""

from __future__ import annotations

from typing import Final

from streamer_app.core.commands import Command
from streamer_app.services import donor_commands, overlay_commands, queue_commands, queue_wide
from streamer_app.services.deciding import Done
from streamer_app.services.show import Show

_WAYS: Final = (
    queue_wide.carry_out,
    queue_commands.carry_out,
    donor_commands.carry_out,
    overlay_commands.carry_out,
)


async def carry_out(show: Show, command: Command) -> Done:
    """Do it. Raises `CommandRefusedError`."""
    if queue_commands.skips_the_stage(show, command.action):
        # Acts at once, whatever the database does: what cannot be written now goes to the journal.
        return await queue_commands.skip_playing(show, command)
    for way in _WAYS:
        done = await way(show, command)
        if done is not None:
            return done
    raise RuntimeError(f"nobody carries out {type(command.action).__name__}")
