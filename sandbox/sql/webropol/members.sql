SELECT member_id, email FROM webropol_member WHERE list_id = lower(?) ORDER BY seq LIMIT ? OFFSET ?
