-- Our own postings ring once after their commit or batch: a NOTIFY inside the posting costs about half the throughput.
-- They give a message the id of its transaction, and that is how they are told from another backend's: the condition's
-- text is read anew for every statement, so it is as short as it can be.
DROP TRIGGER streamer_app_ring_on_message ON public.donation_messages;
CREATE TRIGGER streamer_app_ring_on_message
  AFTER INSERT ON public.donation_messages
  FOR EACH ROW
  WHEN (NEW.id <> NEW.transaction_id AND NEW.played_at IS NULL)
  EXECUTE FUNCTION streamer_app.ring_on_message();
