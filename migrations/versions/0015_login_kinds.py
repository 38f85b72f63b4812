"""One kind of login per purpose, each with the least it needs.

The roles themselves belong to the server: `streamer_app.store.login_kinds` makes those that are absent before any
version runs, because two databases that wait for each other's CREATE ROLE would wait as long as a migration takes.
"""

from __future__ import annotations

from alembic import op

from streamer_app.assets import migrations_folder

revision = "0015"
down_revision = "0014"

_SQL = migrations_folder() / "sql"
_KINDS = ("app", "gateway", "operator", "auditor", "backend")
_FUNCTIONS = (
    "allow_nothing()",
    "allow_functions(text, text[])",
    "allow_tables(text, text, text[])",
    "allow_reading(text)",
)


def upgrade() -> None:
    """Grant each kind its rights, in the same breath as the version: a program never sees the one without the other."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.execute((_SQL / "functions" / "0015_allow.sql").read_text(encoding="utf-8"))
    op.execute("SELECT streamer_app.allow_nothing()")
    for kind in _KINDS:
        op.execute((_SQL / "grants" / f"{kind}.sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """Take the rights in this database back; the roles stay, other databases of the server may use them."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.execute("SELECT streamer_app.allow_nothing()")
    for function in _FUNCTIONS:
        op.execute(f"DROP FUNCTION streamer_app.{function}")
    op.execute((_SQL / "grants" / "before_0015.sql").read_text(encoding="utf-8"))
