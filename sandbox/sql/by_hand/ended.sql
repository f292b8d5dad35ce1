-- Who is in a source and not the office's: another region's, or no customer any more.
SELECT id, local, a_domain, u_domain
  FROM address
 WHERE id NOT IN (SELECT address_id FROM eligible)
 ORDER BY id
