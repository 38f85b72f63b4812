"""Window, command line and two control pages press at the same moment: one wins, and the others are told who."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from itertools import pairwise
from types import TracebackType
from typing import Any, Self
from uuid import UUID, uuid4

import aiohttp
import msgspec

from streamer_app.core.commands import Action, Approve, Command, CommandRefused, CommandResult, Hold, Move, Reject, Skip
from streamer_app.core.control_page import Order, Picture, Refused, Result, Resume, ServerMessage
from streamer_app.core.errors import CommandRefusedError
from streamer_app.roles.control_client import ControlClient
from tests.end_to_end.conftest import World
from tests.end_to_end.scripted_page import ScriptedPage
from tests.end_to_end.studio_process import LONG_STAGE, until

_WON, _LOST = "won", "lost"


class Dock:
    """A moderator's control page: its socket, as the page in OBS opens it."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._session = aiohttp.ClientSession()
        self.picture: Picture | None = None
        self._answers: dict[UUID, asyncio.Future[Any]] = {}

    async def __aenter__(self) -> Self:
        self._socket = await self._opened()
        await self._socket.receive()
        await self._say(Resume(mark=None, language="id"))
        self._reading = asyncio.create_task(self._read())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._reading.cancel()
        await asyncio.wait([self._reading])
        await self._socket.close()
        await self._session.close()

    async def _opened(self) -> aiohttp.ClientWebSocketResponse:
        """A studio knows of a new key within a few seconds."""
        origin = self._address.partition("/control/")[0]
        try:
            async with asyncio.timeout(20):
                while True:
                    try:
                        return await self._session.ws_connect(f"{self._address}/socket", headers={"Origin": origin})
                    except aiohttp.WSServerHandshakeError:
                        await asyncio.sleep(0.1)
        except BaseException:
            await self._session.close()
            raise

    async def press(self, action: Action) -> str:
        """One button; who was faster, where somebody was."""
        command = Command(id=uuid4(), actor="whoever the page says", action=action)
        self._answers[command.id] = asyncio.get_running_loop().create_future()
        await self._say(Order(command=command))
        answer = await self._answers[command.id]
        return told(answer)

    async def _say(self, message: Resume | Order) -> None:
        await self._socket.send_str(msgspec.json.encode(message).decode())

    async def _read(self) -> None:
        async for frame in self._socket:
            message = msgspec.json.decode(frame.data, type=ServerMessage)
            if isinstance(message, Picture):
                self.picture = message
            elif isinstance(message, Result | Refused):
                self._answers[message.command_id].set_result(message)


def told(answer: object) -> str:
    """What an answer says about a race."""
    if isinstance(answer, CommandResult | Result):
        return _WON
    assert isinstance(answer, CommandRefused | CommandRefusedError | Refused), answer
    return f"{_LOST} to {answer.facts.get('actor', 'nobody')}"


async def by_window(client: ControlClient, action: Action) -> str:
    try:
        return told(await client.send(Command(id=uuid4(), actor="window", action=action)))
    except CommandRefusedError as refused:
        return told(refused)


async def test_one_of_four_wins_each_race(one_world: World) -> None:
    profile = one_world.profile
    profile.stage = dict(LONG_STAGE)
    studio = profile.serve()
    note = json.loads((profile.data_dir / "run" / "studio.json").read_text())
    addresses = [(await asyncio.to_thread(profile.ask, "key", "make", name))["url"] for name in ("Sari", "Budi")]
    async with (
        ScriptedPage(studio.overlay_url, finishes=False),
        ControlClient(note["port"], note["control_key"]) as window,
        Dock(addresses[0]) as sari,
        Dock(addresses[1]) as budi,
    ):
        messages = [one_world.writer.donate(name=f"Donor {number}").message_id for number in range(8)]
        await asyncio.to_thread(until, lambda: len(profile.ask("queue", "list")["waiting"]) == len(messages) - 1)
        races = Counter[str]()
        for message_id in messages[1:-1]:
            holds = Hold(donation_message_id=message_id), Skip(donation_message_id=message_id)
            answers = await asyncio.gather(
                by_window(window, holds[0]), sari.press(holds[1]), budi.press(holds[1]), sari.press(holds[0])
            )
            # A held one may be skipped still: at most one hold and one skip went through, in that order.
            assert 1 <= answers.count(_WON) <= 2, answers
            races.update(answers)
        assert races[_WON] >= len(messages) - 2
        last = messages[-1]
        line = asyncio.create_task(asyncio.to_thread(profile.run, "queue", "skip", str(last), "--json"))
        told_meanwhile: list[str] = []
        while not line.done():
            for action in (
                Hold(donation_message_id=last),
                Move(donation_message_id=last),
                Approve(donation_message_id=last),
            ):
                told_meanwhile.append(await sari.press(action))
                told_meanwhile.append(await by_window(window, action))
        assert line.result().returncode == 0
        loser = await budi.press(Reject(donation_message_id=last))
        assert loser.startswith(_LOST)
        assert loser != f"{_LOST} to nobody"
        facts = one_world.rows(
            "SELECT kind, actor FROM streamer_app.playback_facts WHERE donation_message_id = %s"
            " AND kind <> 'recorded_rule' ORDER BY id",
            last,
        )
        assert facts[-1][0] == "skipped"
        assert {actor for _, actor in facts} <= {"window", "Sari", facts[-1][1]}
        kinds = [kind for kind, _ in facts]
        for before, after in pairwise(kinds):
            assert (before, after) not in {("held", "held"), ("approved", "approved"), ("held", "moved")}
    ended = one_world.rows(
        "SELECT donation_message_id, count(*) FROM streamer_app.playback_facts"
        " WHERE kind = 'skipped' GROUP BY 1 HAVING count(*) > 1"
    )
    assert ended == [], "nothing was skipped twice"
