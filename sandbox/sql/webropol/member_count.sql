SELECT (SELECT count(*) FROM webropol_member AS m WHERE m.list_id = l.list_id)
  FROM webropol_list AS l
 WHERE l.list_id = lower(?)
