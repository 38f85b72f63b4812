"""What was shown, to whom it belongs, and who holds the queue."""

from __future__ import annotations

from alembic import op

from streamer_app.assets import migrations_folder

revision = "0007"
down_revision = "0006"

_SQL = migrations_folder() / "sql"


def upgrade() -> None:
    """Create leases, facts, runs and the view that joins the parts of a run."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.execute("""
    CREATE TABLE streamer_app.leases (
      streamer_user_id uuid PRIMARY KEY,
      epoch bigint NOT NULL CHECK (epoch > 0),
      holder text NOT NULL,
      holder_label text NOT NULL,
      expires_at timestamptz NOT NULL
    )
    """)
    op.execute("""
    CREATE TABLE streamer_app.playback_facts (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      command_id uuid NOT NULL UNIQUE,
      streamer_user_id uuid NOT NULL,
      donation_message_id uuid NULL REFERENCES public.donation_messages (id),
      kind text NOT NULL CHECK (kind IN (
        'skipped', 'unskipped', 'replayed', 'held', 'approved', 'rejected', 'moved', 'paused', 'resumed', 'muted',
        'unmuted', 'panicked', 'released', 'queued', 'dismissed', 'withdrawn', 'unplayable', 'retried', 'recorded_rule'
      )),
      actor text NOT NULL,
      reason text,
      detail jsonb NOT NULL DEFAULT '{}',
      happened_at timestamptz NOT NULL DEFAULT clock_timestamp()
    )
    """)
    op.execute("CREATE INDEX playback_facts_by_streamer ON streamer_app.playback_facts (streamer_user_id, id)")
    op.execute("CREATE INDEX playback_facts_by_message ON streamer_app.playback_facts (donation_message_id, id)")
    # Reconcile asks for every unplayed message what the last fact decided about it. Skipped messages keep played_at
    # NULL, so they pile up: this answers for all of a streamer's messages in one index-only pass.
    op.execute("""
    CREATE INDEX playback_facts_deciding
      ON streamer_app.playback_facts (streamer_user_id, donation_message_id, id DESC) INCLUDE (kind)
      WHERE kind IN ('skipped', 'unskipped', 'replayed', 'held', 'approved', 'rejected', 'queued', 'dismissed',
                     'withdrawn', 'unplayable', 'retried')
    """)
    op.execute("""
    CREATE TABLE streamer_app.playback_runs (
      run_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
      streamer_user_id uuid NOT NULL,
      donation_message_id uuid NULL REFERENCES public.donation_messages (id),
      kind text NOT NULL CHECK (kind IN ('first', 'replay', 'test')),
      lease_epoch bigint NOT NULL,
      fence_counter bigint NOT NULL,
      page_instance text,
      resumes_run_id uuid NULL REFERENCES streamer_app.playback_runs (run_id),
      offset_ms int NOT NULL DEFAULT 0 CHECK (offset_ms >= 0),
      expected_ms int NOT NULL CHECK (expected_ms > 0),
      opened_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      CHECK ((kind = 'test') = (donation_message_id IS NULL)),
      UNIQUE (streamer_user_id, lease_epoch, fence_counter)
    )
    """)
    op.execute("CREATE INDEX playback_runs_by_message ON streamer_app.playback_runs (donation_message_id)")
    op.execute("""
    CREATE TABLE streamer_app.playback_run_starts (
      run_id uuid PRIMARY KEY REFERENCES streamer_app.playback_runs (run_id),
      page_instance text NOT NULL,
      started_at timestamptz NOT NULL DEFAULT clock_timestamp()
    )
    """)
    op.execute("""
    CREATE TABLE streamer_app.playback_run_ends (
      run_id uuid PRIMARY KEY REFERENCES streamer_app.playback_runs (run_id),
      outcome text NOT NULL CHECK (outcome IN ('played', 'skipped', 'interrupted', 'unplayable', 'withdrawn')),
      ms_shown int NOT NULL DEFAULT 0 CHECK (ms_shown >= 0),
      audible boolean NOT NULL DEFAULT true,
      actor text NOT NULL,
      reason text,
      ended_at timestamptz NOT NULL DEFAULT clock_timestamp()
    )
    """)
    op.execute((_SQL / "triggers" / "0007_playback_append_only.sql").read_text(encoding="utf-8"))
    op.execute("""
    CREATE VIEW streamer_app.playback_run_history WITH (security_invoker = true) AS
      SELECT run.run_id,
             run.streamer_user_id,
             run.donation_message_id,
             run.kind,
             run.lease_epoch,
             run.fence_counter,
             coalesce(start.page_instance, run.page_instance) AS page_instance,
             run.resumes_run_id,
             run.offset_ms,
             run.expected_ms,
             run.opened_at,
             start.started_at,
             ending.outcome,
             ending.ms_shown,
             ending.audible,
             ending.actor,
             ending.reason,
             ending.ended_at
        FROM streamer_app.playback_runs AS run
        LEFT JOIN streamer_app.playback_run_starts AS start USING (run_id)
        LEFT JOIN streamer_app.playback_run_ends AS ending USING (run_id)
    """)


def downgrade() -> None:
    """Drop them."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.execute("DROP VIEW streamer_app.playback_run_history")
    for table in ("playback_run_ends", "playback_run_starts", "playback_runs", "playback_facts", "leases"):
        op.execute(f"DROP TABLE streamer_app.{table}")
