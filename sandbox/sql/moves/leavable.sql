-- Members of a list at Webropol who belong there tonight: only they can unsubscribe.
SELECT DISTINCT l.address_id, l.canonical
  FROM webropol_member AS m
  JOIN listed AS l ON l.canonical = m.email
 ORDER BY l.address_id
