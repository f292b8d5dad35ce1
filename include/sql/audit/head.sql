SELECT id, hash, at FROM audit.event ORDER BY id DESC LIMIT 1
