INSERT INTO webropol_list (list_id, name) VALUES (?, ?)
