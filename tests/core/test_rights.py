from __future__ import annotations

from typing import get_args
from uuid import uuid4

import msgspec
import pytest

from streamer_app.core.commands import Action, Hold, Panic, Pause, SetRules, Skip, TakeOver
from streamer_app.core.errors import CommandRefusedError, Reason
from streamer_app.core.rights import EVERY_RIGHT, MODERATOR, Right, needed, require
from streamer_app.core.rules import Rules

FIELDS = {"donation_message_id": str(uuid4()), "rules": {}, "choice": "all", "donor": "Budi"}
OF_THE_OVERLAY = {"name": "goal", "page_instance": None, "which": "display"}


def one_of(kind: type) -> Action:
    tag = kind.__struct_config__.tag  # type: ignore[attr-defined]
    settings: dict[str, object] | None = {} if tag == "overlay.set" else None
    made: Action = msgspec.convert({"type": tag, "settings": settings, **FIELDS, **OF_THE_OVERLAY}, Action)
    return made


def test_every_action_asks_for_a_right_and_none_for_that_of_seeing_amounts() -> None:
    assert {needed(one_of(kind)) for kind in get_args(Action)} == EVERY_RIGHT - {Right.MONEY}


@pytest.mark.parametrize("action", [Skip(run_id=uuid4()), Hold(donation_message_id=uuid4()), Pause(), Panic()])
def test_a_moderator_may_steer_and_stop_everything(action: Action) -> None:
    require(action, MODERATOR)


@pytest.mark.parametrize("action", [SetRules(rules=Rules()), TakeOver()])
def test_a_moderator_changes_no_rules_and_takes_nothing_over(action: Action) -> None:
    with pytest.raises(CommandRefusedError) as refused:
        require(action, MODERATOR)
    assert refused.value.reason is Reason.RIGHT_MISSING
    assert refused.value.facts == {"right": "rules"}


def test_seeing_amounts_lets_nobody_do_anything() -> None:
    for kind in get_args(Action):
        with pytest.raises(CommandRefusedError):
            require(one_of(kind), frozenset({Right.MONEY}))
