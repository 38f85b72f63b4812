-- The donor's words beside a payment. Money never waits for them: what the column cannot hold is cut, and media that
-- make no sense (an unknown kind, a time that is no number) are left out while the message stays.
CREATE FUNCTION streamer_app.write_donation(p_transaction uuid, p_streamer uuid, p_donation jsonb) RETURNS uuid
LANGUAGE plpgsql
AS $function$
DECLARE
  v_message uuid;
  v_media text := p_donation ->> 'media_type';
  v_start integer;
  v_end integer;
BEGIN
  IF v_media = 'YOUTUBE' THEN
    IF coalesce(p_donation ->> 'media_provider', 'YOUTUBE') <> 'YOUTUBE'
       OR coalesce(p_donation ->> 'media_video_id', '') !~ '^[A-Za-z0-9_-]{1,50}$'
       OR coalesce(p_donation ->> 'media_start_seconds', '0') !~ '^[0-9]{1,9}$'
       OR coalesce(p_donation ->> 'media_end_seconds', '0') !~ '^[0-9]{1,9}$' THEN
      v_media := 'NONE';
    ELSE
      v_start := (p_donation ->> 'media_start_seconds')::integer;
      v_end := (p_donation ->> 'media_end_seconds')::integer;
    END IF;
  ELSIF v_media IS DISTINCT FROM 'TTS' THEN
    v_media := 'NONE';
  END IF;
  INSERT INTO public.donation_messages
    (id, transaction_id, streamer_user_id, donor_name, message, is_anonymous, media_type, media_provider, media_video_id,
     media_start_seconds, media_end_seconds, tts_language, tts_voice)
  VALUES
    (p_transaction, p_transaction, p_streamer, left(p_donation ->> 'donor_name', 100), p_donation ->> 'message',
     coalesce(p_donation ->> 'is_anonymous', 'false') <> 'false', v_media::public.donation_media_type,
     CASE WHEN v_media = 'YOUTUBE' THEN 'YOUTUBE'::public.media_provider END,
     CASE WHEN v_media = 'YOUTUBE' THEN p_donation ->> 'media_video_id' END, v_start, v_end,
     left(p_donation ->> 'tts_language', 10),
     left(p_donation ->> 'tts_voice', 50))
  ON CONFLICT DO NOTHING
  RETURNING id INTO v_message;
  RETURN v_message;
END
$function$;
