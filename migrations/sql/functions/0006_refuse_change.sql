-- Facts are added, never changed: for every login, the superuser included.
CREATE FUNCTION streamer_app.refuse_change() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
  RAISE EXCEPTION '% on %.% is refused: its rows are facts and are only ever added', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
    USING ERRCODE = 'SA010', HINT = 'Record a new fact that says what changed.';
END
$function$
