SELECT email FROM webropol_member WHERE list_id = ? ORDER BY seq
