"""Proof of delivery of one donation: paid, posted, recorded, queued, sent, started, finished, and every run of it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from streamer_app.core.errors import ActionableError
from streamer_app.services.profile import Profile
from streamer_app.store import database, proof

STEPS: Final = ("paid", "posted", "recorded", "queued", "sent", "started", "finished")


async def proof_of(profile: Profile, message_id: UUID) -> dict[str, Any]:
    """One document: `steps` with a moment each (None: not yet), `runs` and `decisions` as they are written.

    `queued` is when the rules let it wait, or, for a message that met an idle stage, when its first run was opened.
    Raises `ActionableError` when the streamer has no such message.
    """
    async with database.connection(profile.url, label="proof") as conn:
        found = await proof.message(conn, message_id)
        if found is None or found.streamer_user_id != profile.streamer_user_id:
            raise ActionableError(
                f"There is no donation message {message_id}", "Copy its id from: streamer-app queue list."
            )
        runs = await proof.runs(conn, message_id)
        deeds = await proof.deeds(conn, message_id)
    shown = [run for run in runs if run.started_at is not None]
    return {
        "donation_message_id": message_id,
        "transaction_id": found.transaction_id,
        "status": found.status,
        "amount": found.amount,
        "net_amount": found.net_amount,
        "currency": found.currency,
        "donor_name": found.donor_name,
        "is_anonymous": found.is_anonymous,
        "message": found.message,
        "steps": {
            "paid": found.paid_at,
            "posted": found.posted_at,
            "recorded": found.recorded_at,
            "queued": _queued(deeds, runs),
            "sent": runs[0].opened_at if runs else None,
            "started": shown[0].started_at if shown else None,
            "finished": found.played_at,
        },
        "runs": [asdict(run) for run in runs],
        "decisions": [asdict(deed) for deed in deeds],
    }


def _queued(deeds: list[proof.Deed], runs: list[proof.DeliveredRun]) -> datetime | None:
    moments = [deed.happened_at for deed in deeds if deed.kind in {"recorded_rule", "queued", "approved"}]
    moments += [run.opened_at for run in runs]
    return min(moments, default=None)
