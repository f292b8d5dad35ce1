INSERT INTO webropol_member (member_id, list_id, email, folded) VALUES (?, ?, ?, ?)
