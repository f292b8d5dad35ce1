-- The newest night that was done before this one, whatever date it had.
SELECT business_date FROM operations.run
WHERE kind = 'night' AND state IN ('done', 'held') AND id < :id
ORDER BY id DESC LIMIT 1
