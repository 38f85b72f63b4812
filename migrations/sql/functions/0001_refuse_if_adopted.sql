-- Run at the start of every downgrade that would drop something of the owner's.
DO $refuse$
BEGIN
  IF EXISTS (SELECT FROM streamer_app.adoption) THEN
    RAISE EXCEPTION 'The owner''s tables were here before this program: a downgrade stops at revision 0005.'
      USING ERRCODE = 'SA020';
  END IF;
END
$refuse$
