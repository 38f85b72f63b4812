-- A downgrade may drop an empty table; it never erases facts.
DO $refuse$
BEGIN
  IF EXISTS (SELECT FROM public.donation_messages) THEN
    RAISE EXCEPTION 'The table donation_messages holds rows: a downgrade never erases them.' USING ERRCODE = 'SA021';
  END IF;
END
$refuse$
