-- Everybody who unsubscribed, in the order in which they did.
SELECT coalesce(l.email, a.canonical)
  FROM address AS a
  LEFT JOIN left_as AS l ON l.address_id = a.id
 WHERE a.left_on IS NOT NULL
 ORDER BY a.left_on, a.id
