"""Who streams here, what they set, and which programs may work with this schema."""

from __future__ import annotations

from alembic import op

from streamer_app.assets import migrations_folder

revision = "0006"
down_revision = "0005"

_SQL = migrations_folder() / "sql"


def upgrade() -> None:
    """Create the tables, and the guard that later append-only tables use too."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.execute((_SQL / "functions" / "0006_refuse_change.sql").read_text(encoding="utf-8"))
    op.execute("""
    CREATE TABLE streamer_app.streamers (
      streamer_user_id uuid PRIMARY KEY,
      first_started_at timestamptz NOT NULL DEFAULT now()
    )
    """)
    op.execute("""
    CREATE TABLE streamer_app.login_bindings (
      login text PRIMARY KEY,
      streamer_user_id uuid NOT NULL,
      platform_user_id uuid NOT NULL
    )
    """)
    op.execute("""
    CREATE TABLE streamer_app.streamer_settings (
      streamer_user_id uuid,
      key text,
      version int,
      value jsonb NOT NULL,
      changed_at timestamptz NOT NULL DEFAULT now(),
      changed_by text NOT NULL,
      PRIMARY KEY (streamer_user_id, key, version)
    )
    """)
    op.execute((_SQL / "triggers" / "0006_settings_append_only.sql").read_text(encoding="utf-8"))
    op.execute("""
    CREATE TABLE streamer_app.compatibility (
      "only" boolean PRIMARY KEY DEFAULT true CHECK ("only"),
      oldest_revision text NOT NULL
    )
    """)
    # Additive migrations leave it alone. One that an older program cannot live with moves it to its own revision.
    op.execute("INSERT INTO streamer_app.compatibility (oldest_revision) VALUES ('0006')")


def downgrade() -> None:
    """Drop them."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    for table in ("compatibility", "streamer_settings", "login_bindings", "streamers"):
        op.execute(f"DROP TABLE streamer_app.{table}")
    op.execute("DROP FUNCTION streamer_app.refuse_change()")
