-- name: brought
-- A source still has the addresses of these.
UPDATE registry.suppression SET brought_on = :on, lacked_since = NULL
WHERE id = ANY(:ids) AND (brought_on IS DISTINCT FROM CAST(:on AS date) OR lacked_since IS NOT NULL)

-- name: lacked
-- Every source of `audiences` was whole tonight (of all audiences where `every`): whom none brought is lacked from now on.
UPDATE registry.suppression SET lacked_since = :on
WHERE lacked_since IS NULL AND (brought_on IS NULL OR brought_on < :on)
  AND (scope = ANY(CAST(:audiences AS text[])) OR (scope = 'all' AND CAST(:every AS boolean)))

-- name: begin_anew
-- By a clock that was years ahead everybody would have been lacked for years.
UPDATE registry.suppression SET lacked_since = NULL WHERE lacked_since IS NOT NULL
