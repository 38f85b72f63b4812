-- A downgrade may drop an empty table; it never erases facts.
DO $refuse$
BEGIN
  IF EXISTS (SELECT FROM public.wallets) THEN
    RAISE EXCEPTION 'The table wallets holds rows: a downgrade never erases them.' USING ERRCODE = 'SA021';
  END IF;
END
$refuse$
