-- The last night on which every source of each audience was whole.
SELECT subject AS audience, max(business_date) AS whole_on FROM operations.run
WHERE kind = 'load' AND state = 'done' AND CAST(counts ->> 'frozen' AS integer) = 0
GROUP BY subject
