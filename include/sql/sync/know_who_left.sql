-- Of every list that was adopted, or of one: who had left it before is known now, and suppressed.
UPDATE operations.adoption SET known_at = :at, known_by = :by, known_why = :why
WHERE known_at IS NULL AND target = coalesce(:target, target)
