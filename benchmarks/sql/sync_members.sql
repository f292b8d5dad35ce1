INSERT INTO webropol_member (member_id, list_id, email, folded)
VALUES (?1, (SELECT list_id FROM webropol_list WHERE name = ?4), ?2, ?3)
