"""The border where driver errors become words."""

from __future__ import annotations

import asyncio

import pytest
from psycopg import errors

from streamer_app.core.errors import DatabaseUnavailableError
from streamer_app.store import database

URL = "postgresql://somebody@localhost/somewhere"


async def test_a_cancelled_task_is_cancelled_whatever_its_statement_says_in_the_end() -> None:
    waits = asyncio.Event()

    async def statement() -> None:
        with database.translated(URL):
            waits.set()
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError as given_up:
                raise errors.LockNotAvailable from given_up

    task = asyncio.create_task(statement())
    await waits.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_lock_waited_for_too_long_is_said_to_be_so() -> None:
    with pytest.raises(DatabaseUnavailableError, match="too busy"), database.translated(URL):
        raise errors.LockNotAvailable


def test_without_a_loop_errors_are_words_too() -> None:
    with pytest.raises(DatabaseUnavailableError, match="too busy"), database.translated(URL):
        raise errors.LockNotAvailable
