"""Money moves: settlement, refunds, payouts, corrections, batches, and the platform wallet behind them."""

from __future__ import annotations

from alembic import op

from streamer_app.assets import migrations_folder

revision = "0011"
down_revision = "0010"

_SQL = migrations_folder() / "sql"
_FUNCTIONS = (
    "payment_id",
    "wallets",
    "fold_balances",
    "post_payment",
    "write_donation",
    "refund",
    "known_payment",
    "record_any_payment",
    "record_payment",
    "payment_items",
    "record_payments",
    "record_payments_quickly",
    "settle",
    "payout",
    "adjust",
)
_BEFORE = ("post_payment", "record_payment")


def upgrade() -> None:
    """Name the database transaction of each entry, leave the platform's balance to a folder, and add all other moves.

    An event may come before its payment (a refund that was faster), so it refers to no row; and the reference moves to
    the event, because a payment's id follows from it: the primary key of transactions tells copies apart.
    """
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    # Two steps, so that no table is rewritten: entries older than this version keep NULL.
    op.execute("ALTER TABLE public.wallet_ledger_entries ADD COLUMN posted_in bigint NULL")
    op.execute(
        "ALTER TABLE public.wallet_ledger_entries"
        " ALTER COLUMN posted_in SET DEFAULT (pg_current_xact_id()::text::bigint)"
    )
    op.execute("CREATE TABLE streamer_app.balance_markers (wallet_id uuid NOT NULL, amount bigint NOT NULL)")
    op.execute(
        "ALTER TABLE streamer_app.payment_events ADD COLUMN payment_reference text NULL, ADD COLUMN reason text NULL"
    )
    op.execute(
        "-- squawk-ignore ban-drop-constraint\n"
        "ALTER TABLE streamer_app.payment_events DROP CONSTRAINT payment_events_transaction_id_fkey"
    )
    op.execute("""
    UPDATE streamer_app.payment_events AS said SET payment_reference = named.payment_reference
      FROM streamer_app.payment_references AS named
     WHERE named.provider = said.provider AND named.transaction_id = said.transaction_id
    """)
    op.execute("COMMENT ON TABLE streamer_app.payment_references IS 'Not written since 0011: see payment_events.'")
    op.execute(
        "CREATE INDEX payment_events_refunds ON streamer_app.payment_events (transaction_id)"
        " WHERE status IN ('REFUNDED', 'PARTIAL_REFUND')"
    )
    # Side tables instead of indexes on the owner's: a posting does not pay for what it is not about.
    op.execute("CREATE TABLE streamer_app.waiting_refunds (transaction_id uuid PRIMARY KEY)")
    op.execute("""
    CREATE TABLE streamer_app.payouts (
      transaction_id uuid PRIMARY KEY,
      payee_user_id uuid NOT NULL,
      key text NOT NULL,
      requested_at timestamptz NOT NULL DEFAULT clock_timestamp()
    )
    """)
    op.execute(
        "CREATE INDEX payouts_latest ON streamer_app.payouts (payee_user_id, requested_at DESC, transaction_id DESC)"
    )
    # Both have successors with other arguments or another kind of answer; the first would move the platform's row.
    op.execute("-- squawk-ignore ban-drop-function\nDROP FUNCTION streamer_app.post_payment(uuid, uuid)")
    op.execute(
        "-- squawk-ignore ban-drop-function\n"
        "DROP FUNCTION streamer_app.record_payment(text, text, text, text, bigint, text, uuid, uuid, uuid, jsonb)"
    )
    for name in _FUNCTIONS:
        op.execute((_SQL / "functions" / f"0011_{name}.sql").read_text(encoding="utf-8"))
    op.execute((_SQL / "triggers" / "0011_ring_on_message.sql").read_text(encoding="utf-8"))
    op.execute((_SQL / "views" / "0011_wallet_balances.sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """Take all of it back; what waited for the folder is brought up first, so that no rupiah is lost."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.execute("LOCK TABLE streamer_app.balance_markers IN ACCESS EXCLUSIVE MODE")
    op.execute("DO $fold$ BEGIN PERFORM streamer_app.fold_balances(); END $fold$")
    op.execute("DROP VIEW streamer_app.wallet_balances")
    op.execute("DROP TRIGGER streamer_app_ring_on_message ON public.donation_messages")
    op.execute("""
    CREATE TRIGGER streamer_app_ring_on_message
      AFTER INSERT ON public.donation_messages
      FOR EACH ROW
      WHEN (NEW.played_at IS NULL AND current_setting('streamer_app.rings_itself', true) IS DISTINCT FROM 'on')
      EXECUTE FUNCTION streamer_app.ring_on_message()
    """)
    for function in (
        "adjust(text, uuid, bigint, text)",
        "fail_payout(uuid, text)",
        "complete_payout(uuid, text)",
        "held_payout(uuid)",
        "request_payout(text, uuid, bigint, text)",
        "settle_due(timestamptz, integer)",
        "settle_payment(uuid)",
        "settle_held(uuid[])",
        "cash_is_other(public.transactions)",
        "deposited(public.transactions)",
        "record_payments(jsonb)",
        "write_quick_items(streamer_app.quick_item[])",
        "quick_items_of(jsonb)",
        "record_payments_carefully(jsonb)",
        "post_payments(streamer_app.payment_item[])",
        "write_items(streamer_app.payment_item[])",
        "untangled(streamer_app.payment_item[])",
        "said_of(streamer_app.payment_item)",
        "items_of(jsonb)",
        "known_payment(uuid, text, text, text, bigint, text, uuid, uuid, uuid, jsonb)",
        "repeated_payment(text, text, bigint, text, uuid)",
        "refund_payment(text, text, text, uuid, bigint, text)",
        "apply_waiting_refund(uuid)",
        "reverse_payment(uuid)",
        "reverse_entries(uuid, text)",
        "write_donation(uuid, uuid, jsonb)",
        "record_payment(text, text, text, text, bigint, text, uuid, uuid, uuid, jsonb)",
        "record_any_payment(text, text, text, text, bigint, text, uuid, uuid, uuid, jsonb)",
        "post_payment(public.transactions, uuid)",
        "fold_balances()",
        "held_currency(uuid, public.wallet_type)",
        "move_balances(uuid[], bigint[])",
        "make_wallets(uuid[], public.wallet_type[], text[])",
        "entry_id(uuid, text)",
        "event_id(text, text)",
        "payment_id(text, text)",
        "named_id(text)",
    ):
        op.execute(f"DROP FUNCTION streamer_app.{function}")
    op.execute("DROP TYPE streamer_app.quick_item, streamer_app.payment_item")
    op.execute("DROP TABLE streamer_app.balance_markers")
    op.execute("ALTER TABLE public.wallet_ledger_entries DROP COLUMN posted_in")
    op.execute("DROP TABLE streamer_app.payouts, streamer_app.waiting_refunds")
    op.execute("DROP INDEX streamer_app.payment_events_refunds")
    _give_references_back()
    for name in _BEFORE:
        op.execute((_SQL / "functions" / f"0009_{name}.sql").read_text(encoding="utf-8"))


def _give_references_back() -> None:
    """What 0009 knows. Events about payments that never came have no place there and are left behind."""
    op.execute("COMMENT ON TABLE streamer_app.payment_references IS NULL")
    op.execute("""
    INSERT INTO streamer_app.payment_references (provider, payment_reference, transaction_id)
    SELECT DISTINCT said.provider, said.payment_reference, said.transaction_id
      FROM streamer_app.payment_events AS said
      JOIN public.transactions AS payment ON payment.id = said.transaction_id
     WHERE said.payment_reference IS NOT NULL
    ON CONFLICT DO NOTHING
    """)
    op.execute("""
    DELETE FROM streamer_app.payment_events AS said
     WHERE said.status NOT IN ('PENDING', 'PAID', 'FAILED')
        OR NOT EXISTS (SELECT FROM public.transactions AS payment WHERE payment.id = said.transaction_id)
    """)
    op.execute(
        "ALTER TABLE streamer_app.payment_events DROP COLUMN reason, DROP COLUMN payment_reference,"
        " ADD CONSTRAINT payment_events_transaction_id_fkey FOREIGN KEY (transaction_id)"
        " REFERENCES public.transactions (id) DEFERRABLE INITIALLY DEFERRED"
    )
