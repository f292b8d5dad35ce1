-- Members of a list at Webropol who belong there tonight, however they are spelled: only they can unsubscribe.
SELECT l.address_id, l.canonical
  FROM webropol_member AS m
  JOIN listed AS l ON l.canonical = m.email
UNION
SELECT l.address_id, l.canonical
  FROM by_hand AS h
 CROSS JOIN webropol_member AS m ON m.folded = h.folded AND m.list_id = h.list_id
  JOIN listed AS l ON l.address_id = h.address_id
 ORDER BY 1
