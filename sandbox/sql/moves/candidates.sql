-- Everybody whom a move of tonight may concern: on a list by right, and never unsubscribed.
SELECT e.address_id, sum(e.audience = 'person') AS person_rows, sum(e.audience = 'company') AS company_rows
  FROM eligible AS e
  JOIN address AS a ON a.id = e.address_id
 WHERE a.left_on IS NULL
 GROUP BY e.address_id
 ORDER BY e.address_id
