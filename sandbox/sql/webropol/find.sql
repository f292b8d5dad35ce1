SELECT member_id FROM webropol_member WHERE list_id = lower(?) AND folded = ? ORDER BY seq LIMIT 1
