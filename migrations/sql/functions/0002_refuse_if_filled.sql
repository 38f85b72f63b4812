-- A downgrade may drop an empty table; it never erases facts.
DO $refuse$
BEGIN
  IF EXISTS (SELECT FROM public.transactions) THEN
    RAISE EXCEPTION 'The table transactions holds rows: a downgrade never erases them.' USING ERRCODE = 'SA021';
  END IF;
END
$refuse$
