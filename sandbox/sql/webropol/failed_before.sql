SELECT 1 FROM webropol_log WHERE list_id = lower(?) AND folded = ? AND act = 'failed' LIMIT 1
