SELECT folded FROM webropol_member WHERE list_id = ?
