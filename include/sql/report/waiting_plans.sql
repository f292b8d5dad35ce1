SELECT id, target, held, reason, made_at FROM operations.plan
WHERE state = 'open' AND held <> '{}' AND decision IS NULL
