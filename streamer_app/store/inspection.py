"""Everything the database knows about one transaction, for whoever has to explain it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from streamer_app.store.database import Connection, fetch_one


async def payment(
    conn: Connection, transaction_id: UUID | None, provider: str | None, reference: str | None
) -> dict[str, Any] | None:
    """One document, fit for JSON, of one snapshot; named by its id, or by what its provider calls it.

    None when neither a transaction nor an event is known. An anonymous donor's name is not in it.
    """
    row = await fetch_one(
        conn,
        "money/show_payment",
        {"transaction": transaction_id, "provider": provider, "reference": reference},
    )
    if row is None:
        return None
    document: dict[str, Any] = row[0]
    return document
