SELECT l.list_id, l.name, (SELECT count(*) FROM webropol_member AS m WHERE m.list_id = l.list_id)
  FROM webropol_list AS l
 ORDER BY l.name
