DELETE FROM webropol_member WHERE folded = ?
