SELECT max(CAST(counts ->> 'rewritten_on' AS date)) AS rewritten_on FROM operations.run
WHERE kind = 'expire' AND business_date <= :on
