-- The latest word about each donor, where it says that they are blocked; the oldest block first.
SELECT payer_user_id, name_key, shown_name, actor, happened_at
FROM (
  SELECT DISTINCT ON (payer_user_id, name_key) id, payer_user_id, name_key, shown_name, actor, happened_at, blocks
  FROM streamer_app.donor_blocks
  WHERE streamer_user_id = %(streamer)s
  ORDER BY payer_user_id, name_key, id DESC
) latest
WHERE blocks
ORDER BY id
