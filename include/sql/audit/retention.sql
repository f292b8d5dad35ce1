-- name: older
-- The first event is before that moment: a year of the chain has ended.
SELECT coalesce((SELECT at FROM audit.event ORDER BY id LIMIT 1) < CAST(:before AS timestamptz), false) AS older

-- name: close_years
SELECT up_to, hash, events FROM audit.close_years(:before, :year, :at, :actor, :policy_digest)
