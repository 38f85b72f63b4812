"""Floor of commit_to_alert: LISTEN on one connection, forward every payload to every WebSocket. Nothing else.

    python relay.py DATABASE_URL CHANNEL

Prints its URL when it listens; ends when its stdin closes.
"""

from __future__ import annotations

import asyncio
import sys

from aiohttp import web
from psycopg import AsyncConnection, sql


async def relay(url: str, channel: str) -> None:
    """Serve until stdin closes."""
    pages: set[web.WebSocketResponse] = set()

    async def page(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        pages.add(socket)
        async for _ in socket:
            pass
        pages.discard(socket)
        return socket

    app = web.Application()
    app.router.add_get("/socket", page)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    async with await AsyncConnection.connect(url, autocommit=True) as conn:
        await conn.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))

        async def forward() -> None:
            async for notice in conn.notifies():
                for socket in pages:
                    await socket.send_str(notice.payload)

        forwarding = asyncio.create_task(forward())
        sys.stdout.write(f"http://127.0.0.1:{runner.addresses[0][1]}\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.read)
        forwarding.cancel()
        await asyncio.wait({forwarding})
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(relay(sys.argv[1], sys.argv[2]))
