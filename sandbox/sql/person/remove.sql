DELETE FROM webropol_member WHERE list_id = ? AND folded = ?
