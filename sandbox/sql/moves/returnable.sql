-- Who was in a source and is no longer; not those who unsubscribed.
SELECT g.address_id, g.source
  FROM gone AS g
  JOIN address AS a ON a.id = g.address_id
 WHERE a.left_on IS NULL
 ORDER BY g.address_id, g.source
