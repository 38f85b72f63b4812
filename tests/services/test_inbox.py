"""Jobs in order, timers by name."""

from __future__ import annotations

import asyncio

from streamer_app.services.inbox import Inbox


async def test_jobs_run_in_the_order_they_came() -> None:
    inbox, done = Inbox(), list[int]()

    def job(number: int) -> None:
        async def work() -> None:
            done.append(number)

        inbox.post(work)

    for number in range(5):
        job(number)
    for _ in range(5):
        await (await inbox.take())()
    assert done == [0, 1, 2, 3, 4]
    assert inbox.taken == 5


async def test_the_newest_timer_of_a_name_replaces_the_one_before() -> None:
    inbox, heard = Inbox(), list[str]()

    async def first() -> None:
        heard.append("first")

    async def second() -> None:
        heard.append("second")

    inbox.post_after("renew", 0.001, first)
    inbox.post_after("renew", 0.002, second)
    await (await inbox.take())()
    assert heard == ["second"]


async def test_closing_forgets_every_timer() -> None:
    inbox, fired = Inbox(), asyncio.Event()

    async def work() -> None:
        fired.set()

    inbox.later(0, fired.set)
    inbox.post_after("tick", 0, work)
    inbox.close()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert not fired.is_set()
