"""Which moves of a message are legal, and what is said when one is not."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from streamer_app.core.donations import ItemState
from streamer_app.core.errors import CommandRefusedError, Reason


class Verb(StrEnum):
    """What can be asked of one message."""

    SKIP = "skip"
    UNDO = "undo"
    REPLAY = "replay"
    RETRY = "retry"
    HOLD = "hold"
    APPROVE = "approve"
    REJECT = "reject"
    MOVE = "move"
    PANIC = "panic"
    """What a panic does to what plays."""
    QUEUE = "queue"
    DISMISS = "dismiss"
    WITHDRAW = "withdraw"


_MOVES: Final[dict[tuple[ItemState, Verb], ItemState]] = {
    (ItemState.PLAYING, Verb.SKIP): ItemState.SKIPPED,
    (ItemState.WAITING, Verb.SKIP): ItemState.SKIPPED,
    (ItemState.HELD, Verb.SKIP): ItemState.SKIPPED,
    (ItemState.UNPLAYABLE, Verb.SKIP): ItemState.SKIPPED,
    (ItemState.SKIPPED, Verb.UNDO): ItemState.WAITING,
    (ItemState.PLAYED, Verb.REPLAY): ItemState.WAITING,
    (ItemState.SKIPPED, Verb.REPLAY): ItemState.WAITING,
    (ItemState.HISTORY, Verb.REPLAY): ItemState.WAITING,
    (ItemState.UNPLAYABLE, Verb.RETRY): ItemState.WAITING,
    (ItemState.WAITING, Verb.HOLD): ItemState.HELD,
    (ItemState.HELD, Verb.APPROVE): ItemState.WAITING,
    (ItemState.HELD, Verb.REJECT): ItemState.SKIPPED,
    (ItemState.WAITING, Verb.MOVE): ItemState.WAITING,
    (ItemState.PLAYING, Verb.PANIC): ItemState.HELD,
    (ItemState.MISSED, Verb.QUEUE): ItemState.WAITING,
    (ItemState.MISSED, Verb.DISMISS): ItemState.HISTORY,
    (ItemState.WAITING, Verb.WITHDRAW): ItemState.WITHDRAWN,
    (ItemState.HELD, Verb.WITHDRAW): ItemState.WITHDRAWN,
    (ItemState.PLAYING, Verb.WITHDRAW): ItemState.WITHDRAWN,
    (ItemState.MISSED, Verb.WITHDRAW): ItemState.WITHDRAWN,
    (ItemState.UNPLAYABLE, Verb.WITHDRAW): ItemState.WITHDRAWN,
    (ItemState.SKIPPED, Verb.WITHDRAW): ItemState.WITHDRAWN,
    (ItemState.HISTORY, Verb.WITHDRAW): ItemState.WITHDRAWN,
}

_REFUSALS: Final[dict[Verb, tuple[str, Reason]]] = {
    Verb.SKIP: ("Only what plays or waits can be skipped", Reason.CANNOT_SKIP),
    Verb.UNDO: ("Only a skipped donation can come back", Reason.CANNOT_UNDO),
    Verb.REPLAY: ("Only a played, skipped or old donation can be replayed", Reason.CANNOT_REPLAY),
    Verb.RETRY: ("Only a donation that could not be played can be tried again", Reason.CANNOT_RETRY),
    Verb.HOLD: ("Only a waiting donation can be held", Reason.CANNOT_HOLD),
    Verb.APPROVE: ("Only a held donation can be approved", Reason.CANNOT_APPROVE),
    Verb.REJECT: ("Only a held donation can be rejected", Reason.CANNOT_REJECT),
    Verb.MOVE: ("Only a waiting donation can be moved", Reason.CANNOT_MOVE),
    Verb.PANIC: ("Nothing is playing", Reason.NOTHING_PLAYS),
    Verb.QUEUE: ("Only a missed donation can be queued", Reason.CANNOT_DECIDE),
    Verb.DISMISS: ("Only a missed donation can be left to history", Reason.CANNOT_DECIDE),
    Verb.WITHDRAW: ("A played donation stays played", Reason.CANNOT_DECIDE),
}


def move(state: ItemState, verb: Verb) -> ItemState:
    """Where `verb` takes a message. Raises `CommandRefusedError` with the reason when the move is not legal."""
    target = _MOVES.get((state, verb))
    if target is None:
        title, reason = _REFUSALS[verb]
        raise CommandRefusedError(
            title,
            f"This one is {state.value} now. The money is not touched.",
            reason=reason,
            facts={"state": state.value},
        )
    return target
