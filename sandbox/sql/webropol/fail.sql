INSERT INTO webropol_log (list_id, folded, act) VALUES (lower(?), ?, 'failed')
