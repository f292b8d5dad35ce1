SELECT id, hash FROM audit.event ORDER BY id DESC LIMIT 1
