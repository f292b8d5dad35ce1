SELECT stage, at, by, why FROM operations.stage WHERE target = :target ORDER BY id DESC LIMIT 1
