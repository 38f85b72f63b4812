"""The money rules, held by the database itself against every login."""

from __future__ import annotations

from alembic import op

from streamer_app.assets import migrations_folder

revision = "0012"
down_revision = "0011"

_SQL = migrations_folder() / "sql"
_TRIGGERS = {
    "public.transactions": (
        "streamer_app_guarded",
        "streamer_app_not_negative",
        "streamer_app_not_deleted",
        "streamer_app_not_emptied",
    ),
    "public.wallets": ("streamer_app_not_deleted", "streamer_app_not_emptied", "streamer_app_same_wallet"),
    "public.wallet_ledger_entries": ("streamer_app_guard",),
    "streamer_app.withdrawals": ("withdrawals_covered", "withdrawals_append_only", "withdrawals_never_emptied"),
    "streamer_app.reversed_entries": ("reversed_entries_append_only", "reversed_entries_never_emptied"),
    "streamer_app.payment_events": ("payment_events_append_only", "payment_events_never_emptied"),
    "streamer_app.fee_terms": ("fee_terms_append_only", "fee_terms_never_emptied"),
}
_FUNCTIONS = (
    "guard_transaction()",
    "refuse_negative_money()",
    "frozen_changes(public.transactions, public.transactions)",
    "refuse_transaction_erasure()",
    "refuse_wallet_erasure()",
    "refuse_emptying()",
    "guard_entry()",
    "guard_rare_entry(public.wallet_ledger_entries)",
    "require_cover()",
    "require_same_wallet()",
)


def upgrade() -> None:
    """Hang the guards on the tables. Rows that are here already are not asked."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    # Side tables: an index on the ledger would be paid by every posting.
    op.execute("CREATE TABLE streamer_app.reversed_entries (entry_id uuid PRIMARY KEY)")
    op.execute("""
    INSERT INTO streamer_app.reversed_entries (entry_id)
    SELECT DISTINCT source_id FROM public.wallet_ledger_entries WHERE source_type = 'LEDGER' AND entry_type = 'REFUND'
    """)
    op.execute("""
    CREATE TABLE streamer_app.withdrawals (entry_id uuid PRIMARY KEY, wallet_id uuid NOT NULL, amount bigint NOT NULL)
    """)
    for name in ("guard_transactions", "refuse_erasure", "guard_entries"):
        op.execute((_SQL / "functions" / f"0012_{name}.sql").read_text(encoding="utf-8"))
    op.execute((_SQL / "triggers" / "0012_money_guards.sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """Take them down."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    for table, triggers in _TRIGGERS.items():
        for trigger in triggers:
            op.execute(f"DROP TRIGGER {trigger} ON {table}")
    for name in _FUNCTIONS:
        op.execute(f"DROP FUNCTION streamer_app.{name}")
    op.execute("DROP TABLE streamer_app.withdrawals, streamer_app.reversed_entries")
