-- The first event is before that moment: a year of the chain has ended.
SELECT coalesce((SELECT at FROM audit.event ORDER BY id LIMIT 1) < CAST(:before AS timestamptz), false) AS older
