-- The newest night in a time that came longer after the one before it than a pause is believed, and that no person has
-- spoken for since: by approving a deletion on that day or later, or by having the database restored on it.
WITH day AS (
    SELECT business_date AS on_day, bool_or(kind = 'restore') AS spoken_for,
           lag(business_date) OVER (ORDER BY business_date) AS before
    FROM operations.run
    WHERE (kind = 'night' AND state IN ('done', 'held')) OR (kind = 'restore' AND state = 'done')
    GROUP BY business_date
)
SELECT max(on_day) AS jumped_to, max(before) AS jumped_from
FROM day
WHERE on_day - before > :longest AND on_day > :since AND on_day <= :on AND NOT spoken_for
  AND NOT EXISTS (SELECT FROM operations.plan p JOIN operations.run r ON r.id = p.run_id
                  WHERE p.target = :target AND p.decision = 'approved' AND r.business_date >= day.on_day)
