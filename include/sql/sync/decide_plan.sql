UPDATE operations.plan
SET decision = :decision, decided_by = :by, decided_at = :at, decided_why = :why, choice = :choice
WHERE id = :plan_id AND state = 'open' AND held <> '{}' AND decision IS NULL
