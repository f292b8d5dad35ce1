-- Every source of `audiences` was whole tonight (of all audiences where `every`): whom none brought is lacked from now on.
UPDATE registry.suppression SET lacked_since = :on
WHERE lacked_since IS NULL AND (brought_on IS NULL OR brought_on < :on)
  AND (scope = ANY(CAST(:audiences AS text[])) OR (scope = 'all' AND CAST(:every AS boolean)))
