-- Who belongs on a list of these audiences, with all that a spelling is made of.
SELECT DISTINCT a.id, a.local, a.a_domain, a.u_domain
  FROM listed AS l
  JOIN address AS a ON a.id = l.address_id
 WHERE l.audience IN (SELECT value FROM json_each(?))
 ORDER BY a.id
