-- What has to stand before the first migration and stays after the last downgrade.
-- The schema is looked for first: CREATE SCHEMA IF NOT EXISTS asks for CREATE on the database even when it is there.
DO $ground$
BEGIN
  IF to_regnamespace('streamer_app') IS NULL THEN
    CREATE SCHEMA streamer_app;
  END IF;
  -- One row when the owner's tables were here before us: then no downgrade drops them.
  IF to_regclass('streamer_app.adoption') IS NULL THEN
    CREATE TABLE streamer_app.adoption (
      "only" boolean PRIMARY KEY DEFAULT true CHECK ("only"),
      adopted_at timestamptz NOT NULL DEFAULT now()
    );
  END IF;
END
$ground$
