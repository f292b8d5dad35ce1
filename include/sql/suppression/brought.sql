-- A source still has the addresses of these.
UPDATE registry.suppression SET brought_on = :on, lacked_since = NULL
WHERE id = ANY(:ids) AND (brought_on IS DISTINCT FROM CAST(:on AS date) OR lacked_since IS NOT NULL)
