-- Our own postings say streamer_app.rings_itself = 'on' and ring once after their commit or batch: a NOTIFY inside the
-- posting costs about half the throughput. The conditions stand in WHEN, where a writer who is not meant pays nothing.
CREATE TRIGGER streamer_app_ring_on_message
  AFTER INSERT ON public.donation_messages
  FOR EACH ROW
  WHEN (NEW.played_at IS NULL AND current_setting('streamer_app.rings_itself', true) IS DISTINCT FROM 'on')
  EXECUTE FUNCTION streamer_app.ring_on_message();

CREATE TRIGGER streamer_app_ring_on_status
  AFTER UPDATE OF status ON public.transactions
  FOR EACH ROW
  WHEN (
    OLD.status IS DISTINCT FROM NEW.status
    AND NEW.status IN ('PAID', 'SETTLED', 'REFUNDED')
    AND current_setting('streamer_app.rings_itself', true) IS DISTINCT FROM 'on'
  )
  EXECUTE FUNCTION streamer_app.ring_on_status();
