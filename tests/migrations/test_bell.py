"""Other backends ring the bell with plain SQL, and nothing of ours stands in their way."""

from __future__ import annotations

from uuid import uuid4

import psycopg
import pytest

from tests.migrations.conftest import Connection, Payment, write_donation
from tests.postgres_servers import MigratedDatabase

END = "end of the story"


def heard(listener: Connection, writer: Connection, channel: str) -> list[str]:
    """All rings so far. Rings arrive in the order of their commits, so one of our own marks the end."""
    writer.execute("SELECT pg_notify(%s, %s)", [channel, END])
    rings: list[str] = []
    for ring in listener.notifies(timeout=10):
        if ring.payload == END:
            return rings
        assert ring.channel == channel
        rings.append(ring.payload)
    pytest.fail("the end was never heard")


def test_a_foreign_writer_rings_when_there_is_something_to_play(migrated_database: MigratedDatabase) -> None:
    streamer = uuid4()
    with migrated_database.as_app() as listener, migrated_database.as_foreign() as writer:
        listener.execute(f"LISTEN streamer_app_bell_{streamer.hex}".encode())
        paid = write_donation(writer, streamer=streamer)
        assert heard(listener, writer, paid.channel) == [str(paid.message)]

        pending = write_donation(writer, streamer=streamer, status="PENDING")
        write_donation(writer)
        assert heard(listener, writer, paid.channel) == []

        late = str(pending.message)
        for status, rings in (
            ("PENDING", []),
            ("PAID", [late]),
            ("PAID", []),
            ("SETTLED", [late]),
            ("REFUNDED", [late]),
        ):
            writer.execute("UPDATE transactions SET status = %s WHERE id = %s", [status, pending.transaction])
            assert heard(listener, writer, paid.channel) == rings, status


def test_a_failed_payment_stays_silent(migrated_database: MigratedDatabase) -> None:
    with migrated_database.as_app() as listener, migrated_database.as_foreign() as writer:
        pending = write_donation(writer, status="PENDING")
        listener.execute(f"LISTEN {pending.channel}".encode())
        writer.execute("UPDATE transactions SET status = 'FAILED' WHERE id = %s", [pending.transaction])
        assert heard(listener, writer, pending.channel) == []


def test_a_rolled_back_donation_stays_silent(migrated_database: MigratedDatabase) -> None:
    with migrated_database.as_app() as listener, migrated_database.as_foreign() as writer:
        with writer.transaction(force_rollback=True):
            donation = write_donation(writer)
            listener.execute(f"LISTEN {donation.channel}".encode())
        assert heard(listener, writer, donation.channel) == []


def test_our_own_posting_leaves_ringing_to_its_caller(migrated_database: MigratedDatabase, payment: Payment) -> None:
    said = Payment(payee=payment.payee, platform=payment.platform, donation={"donor_name": "Budi"})
    with migrated_database.as_app() as listener, migrated_database.as_owner() as owner:
        channel = f"streamer_app_bell_{payment.payee.hex}"
        listener.execute(f"LISTEN {channel}".encode())
        assert said.record(owner).message is not None
        assert heard(listener, owner, channel) == []
        # The next transaction on the same connection is not ours by mistake.
        donation = write_donation(owner, streamer=payment.payee)
        assert heard(listener, owner, channel) == [str(donation.message)]


def test_the_foreign_login_sees_nothing_of_ours(migrated_database: MigratedDatabase) -> None:
    with migrated_database.as_foreign() as writer:
        for table in ("playback_facts", "leases", "streamers", "fee_terms", "payment_events"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                writer.execute(f"SELECT FROM streamer_app.{table}".encode())


def test_a_writer_cannot_lead_the_bell_astray(migrated_database: MigratedDatabase) -> None:
    with migrated_database.as_app() as listener, migrated_database.as_foreign() as writer:
        writer.execute("CREATE TEMPORARY TABLE transactions (id uuid, status text)")
        writer.execute("SET search_path = pg_temp")
        donation = write_donation(writer)
        listener.execute(f"LISTEN {donation.channel}".encode())
        writer.execute("UPDATE public.transactions SET status = 'SETTLED' WHERE id = %s", [donation.transaction])
        assert heard(listener, writer, donation.channel) == [str(donation.message)]


def test_the_bell_is_definer_with_a_fixed_path(migrated_database: MigratedDatabase) -> None:
    with migrated_database.as_app() as connection:
        rows = connection.execute(
            "SELECT prosecdef, proconfig FROM pg_proc WHERE pronamespace = 'streamer_app'::regnamespace"
            " AND proname IN ('ring_on_message', 'ring_on_status')"
        ).fetchall()
    assert rows == [(True, ["search_path=pg_catalog, streamer_app, pg_temp"])] * 2
