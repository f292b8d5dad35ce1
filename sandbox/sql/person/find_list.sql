SELECT list_id FROM webropol_list WHERE list_id = ?
