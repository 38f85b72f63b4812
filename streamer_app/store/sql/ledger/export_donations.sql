-- Payments that arrived, in the order of the show, with the message when there is one. A refunded one stays, and says
-- so. The name of an anonymous donor does not leave the database.
SELECT least(greatest(t.arrived, '1970-01-01 00:00+00'), '2200-01-01 00:00+00'),
       CASE WHEN t.arrived NOT BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'
         THEN to_json(t.arrived) #>> '{}' END AS odd,
       t.id::text, m.id::text, t.status::text, t.currency::text, t.amount::text, t.fee_amount::text,
       t.net_amount::text, CASE WHEN m.is_anonymous THEN NULL ELSE m.donor_name END, m.is_anonymous
FROM (
  SELECT p.*, coalesce(p.paid_at, p.created_at) AS arrived
  FROM public.transactions p
  WHERE p.payee_user_id = %(user)s AND p.kind = 'PAYMENT' AND p.status IN ('PAID', 'SETTLED', 'REFUNDED')
) t
LEFT JOIN public.donation_messages m ON m.transaction_id = t.id
WHERE t.arrived >= %(first)s::timestamptz AND t.arrived <= %(last)s::timestamptz
ORDER BY t.arrived, t.id
