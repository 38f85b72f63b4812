"""Steering: moves, verdicts at arrival, blocked donors, and keys for those who steer."""

from __future__ import annotations

from alembic import op

from streamer_app.assets import migrations_folder

revision = "0016"
down_revision = "0015"

_SQL = migrations_folder() / "sql"
_KINDS = ("app", "gateway", "operator", "auditor", "backend")


def upgrade() -> None:
    """Add the tables, and let the view and its index know of moves and verdicts."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.execute("""
    CREATE TABLE streamer_app.donor_blocks (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      command_id uuid NOT NULL UNIQUE,
      streamer_user_id uuid NOT NULL,
      payer_user_id uuid NULL,
      name_key text NULL,
      shown_name text NOT NULL,
      blocks boolean NOT NULL,
      actor text NOT NULL,
      happened_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      CHECK ((payer_user_id IS NULL) <> (name_key IS NULL))
    )
    """)
    op.execute("CREATE INDEX donor_blocks_by_streamer ON streamer_app.donor_blocks (streamer_user_id, id)")
    op.execute("""
    CREATE TABLE streamer_app.control_keys (
      key_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
      streamer_user_id uuid NOT NULL,
      name text NOT NULL CHECK (name <> ''),
      secret_sha256 bytea NOT NULL UNIQUE CHECK (octet_length(secret_sha256) = 32),
      rights text[] NOT NULL,
      made_by text NOT NULL,
      made_at timestamptz NOT NULL DEFAULT clock_timestamp()
    )
    """)
    op.execute("CREATE INDEX control_keys_by_streamer ON streamer_app.control_keys (streamer_user_id)")
    op.execute("""
    CREATE TABLE streamer_app.control_key_ends (
      key_id uuid PRIMARY KEY REFERENCES streamer_app.control_keys (key_id),
      actor text NOT NULL,
      ended_at timestamptz NOT NULL DEFAULT clock_timestamp()
    )
    """)
    op.execute((_SQL / "triggers" / "0016_steering_append_only.sql").read_text(encoding="utf-8"))
    op.execute((_SQL / "views" / "0016_message_history.sql").read_text(encoding="utf-8"))
    op.execute("-- squawk-ignore require-concurrent-index-deletion\nDROP INDEX streamer_app.playback_facts_deciding")
    op.execute("""
    CREATE INDEX playback_facts_deciding
      ON streamer_app.playback_facts (streamer_user_id, donation_message_id, id DESC) INCLUDE (kind)
      WHERE kind IN ('skipped', 'unskipped', 'replayed', 'held', 'approved', 'rejected', 'moved', 'queued', 'dismissed',
                     'withdrawn', 'unplayable', 'retried')
    """)
    op.execute("""
    CREATE INDEX playback_facts_queue_wide ON streamer_app.playback_facts (streamer_user_id, id)
      WHERE kind IN ('paused', 'resumed', 'muted', 'unmuted', 'panicked', 'released')
    """)
    op.execute("""
    CREATE INDEX playback_facts_taken_out ON streamer_app.playback_facts (streamer_user_id, id DESC)
      WHERE kind IN ('skipped', 'rejected')
    """)
    op.execute("SELECT streamer_app.allow_nothing()")
    for kind in _KINDS:
        op.execute((_SQL / "grants" / f"{kind}.sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """Take it back."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.execute("DROP VIEW streamer_app.message_history")
    op.execute((_SQL / "views" / "0010_message_history.sql").read_text(encoding="utf-8"))
    op.execute("-- squawk-ignore require-concurrent-index-deletion\nDROP INDEX streamer_app.playback_facts_deciding")
    op.execute("""
    CREATE INDEX playback_facts_deciding
      ON streamer_app.playback_facts (streamer_user_id, donation_message_id, id DESC) INCLUDE (kind)
      WHERE kind IN ('skipped', 'unskipped', 'replayed', 'held', 'approved', 'rejected', 'queued', 'dismissed',
                     'withdrawn', 'unplayable', 'retried')
    """)
    for index in ("playback_facts_queue_wide", "playback_facts_taken_out"):
        op.execute(f"-- squawk-ignore require-concurrent-index-deletion\nDROP INDEX streamer_app.{index}")
    for table in ("control_key_ends", "control_keys", "donor_blocks"):
        op.execute(f"DROP TABLE streamer_app.{table}")
    op.execute("SELECT streamer_app.allow_nothing()")
    for kind in _KINDS:
        op.execute((_SQL / "grants" / f"{kind}.sql").read_text(encoding="utf-8"))
