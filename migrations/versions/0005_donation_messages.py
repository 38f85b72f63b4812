"""The fact of the experience layer: what a donor said."""

from __future__ import annotations

from alembic import op

from streamer_app.assets import migrations_folder

revision = "0005"
down_revision = "0004"

_SQL = migrations_folder() / "sql"


def upgrade() -> None:
    """Create the table and its index."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.execute("""
    CREATE TABLE public.donation_messages (
      id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
      transaction_id UUID NOT NULL
        REFERENCES public.transactions(id) ON DELETE CASCADE,
      streamer_user_id UUID NOT NULL,
      donor_name VARCHAR(100),
      message TEXT,
      is_anonymous BOOLEAN NOT NULL DEFAULT false,
      media_type public.donation_media_type NOT NULL DEFAULT 'NONE',
      tts_language VARCHAR(10),
      tts_voice VARCHAR(50),
      media_provider public.media_provider,
      media_video_id VARCHAR(50),
      media_start_seconds INT CHECK (media_start_seconds >= 0),
      media_end_seconds INT CHECK (media_end_seconds >= 0),
      media_duration_seconds INT CHECK (media_duration_seconds >= 0),
      played_at TIMESTAMPTZ,
      meta JSONB NOT NULL DEFAULT '{}',
      created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
      UNIQUE (transaction_id)
    )
    """)
    op.execute(
        "CREATE INDEX idx_donation_messages_streamer_unplayed"
        " ON public.donation_messages (streamer_user_id, created_at) WHERE played_at IS NULL"
    )


def downgrade() -> None:
    """Drop it, if it is ours and holds nothing."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.execute((_SQL / "functions" / "0001_refuse_if_adopted.sql").read_text(encoding="utf-8"))
    op.execute((_SQL / "functions" / "0005_refuse_if_filled.sql").read_text(encoding="utf-8"))
    op.execute("DROP TABLE public.donation_messages")
