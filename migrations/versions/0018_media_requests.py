"""What a donor asked to be read aloud or played comes with the message."""

from __future__ import annotations

from alembic import op

from streamer_app.assets import migrations_folder

revision = "0018"
down_revision = "0017"

_SQL = migrations_folder() / "sql"
_KINDS = ("app", "gateway", "operator", "auditor", "backend")


def upgrade() -> None:
    """Add a column to the view."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.execute((_SQL / "views" / "0018_message_history.sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """Take it back: a view loses a column only by being made anew."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.execute("DROP VIEW streamer_app.message_history")
    op.execute((_SQL / "views" / "0016_message_history.sql").read_text(encoding="utf-8"))
    op.execute("SELECT streamer_app.allow_nothing()")
    for kind in _KINDS:
        op.execute((_SQL / "grants" / f"{kind}.sql").read_text(encoding="utf-8"))
