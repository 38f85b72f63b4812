"""Fee terms are dated rows: new ones are added, none is ever changed, and none begins in the past."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from streamer_app.store.database import Connection, fetch_one
from streamer_app.store.movements import FeeTerms


async def add(
    conn: Connection, streamer: UUID, valid_from: datetime | None, fixed: int | None, percentage: Decimal | None
) -> FeeTerms | None:
    """Add terms from a moment on (None: now, by the database's clock). What is None stays as it was at that moment.

    None when the moment is past, or has terms already.
    """
    row = await fetch_one(
        conn,
        "money/add_fee_terms",
        {"streamer": streamer, "valid_from": valid_from, "fixed": fixed, "percentage": percentage},
    )
    return None if row is None else FeeTerms(*row)
