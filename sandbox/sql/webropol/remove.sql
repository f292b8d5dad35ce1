DELETE FROM webropol_member WHERE list_id = lower(?) AND member_id = ?
