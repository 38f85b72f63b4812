"""The ledger is sealed in a chain of blocks behind the postings."""

from __future__ import annotations

from alembic import op

from streamer_app.assets import migrations_folder

revision = "0013"
down_revision = "0012"

_SQL = migrations_folder() / "sql"
_FUNCTIONS = {
    "ledger_digests": "bigint, bigint[]",
    "summarize_ledger": "",
    "seal_ledger": "int",
    "continue_ledger": "",
    "apply_drift": "uuid[], bigint[]",
}


def upgrade() -> None:
    """Create the chain, what seals it, and an index that finds a block's entries at next to no cost for postings."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    # offset: added to the transaction counter when the database moved to a cluster whose counter stands lower.
    # summarized: complete ranges of the BRIN index that were looked at; a hint, it may be wrong.
    op.execute("""
    CREATE TABLE streamer_app.ledger_chain (
      "only" boolean PRIMARY KEY DEFAULT true CHECK ("only"),
      chain_id uuid NOT NULL DEFAULT gen_random_uuid(),
      counter_offset bigint NOT NULL DEFAULT 0 CHECK (counter_offset >= 0),
      summarized bigint NOT NULL DEFAULT 0
    )
    """)
    op.execute("INSERT INTO streamer_app.ledger_chain DEFAULT VALUES")
    # Block 0 holds what is older than the names of transactions (posted_in IS NULL) and has no lower bound.
    op.execute("""
    CREATE TABLE streamer_app.ledger_blocks (
      number bigint PRIMARY KEY CHECK (number >= 0),
      lower_bound bigint NULL CHECK ((lower_bound IS NULL) = (number = 0)),
      upper_bound bigint NOT NULL CHECK (upper_bound > lower_bound),
      entries bigint NOT NULL,
      digest bytea NOT NULL,
      previous_head bytea NOT NULL,
      head bytea NOT NULL,
      sealed_at timestamptz NOT NULL DEFAULT clock_timestamp()
    )
    """)
    op.execute((_SQL / "triggers" / "0013_chain_append_only.sql").read_text(encoding="utf-8"))
    # Nothing is summarized by a posting: autosummarize is off, and sealing leaves the last range alone.
    op.execute(
        "CREATE INDEX idx_streamer_app_ledger_posted_in ON public.wallet_ledger_entries USING brin (posted_in)"
        " WITH (pages_per_range = 64, autosummarize = off)"
    )
    for name, arguments in _FUNCTIONS.items():
        op.execute((_SQL / "functions" / f"0013_{name}.sql").read_text(encoding="utf-8"))
        op.execute(f"REVOKE ALL ON FUNCTION streamer_app.{name}({arguments}) FROM PUBLIC")


def downgrade() -> None:
    """Take all of it back."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    for name, arguments in _FUNCTIONS.items():
        op.execute(f"DROP FUNCTION streamer_app.{name}({arguments})")
    op.execute("DROP INDEX public.idx_streamer_app_ledger_posted_in")
    op.execute("DROP TABLE streamer_app.ledger_blocks")
    op.execute("DROP TABLE streamer_app.ledger_chain")
