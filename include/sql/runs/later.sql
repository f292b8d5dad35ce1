-- The newest date that was done already after :on. A date that is yet to come was a mistake, and stands in nobody's way.
SELECT max(business_date) AS done FROM operations.run
WHERE kind = :kind AND subject = :subject AND state IN ('done', 'held') AND counts -> 'dry_run' IS NULL
  AND business_date > :on AND business_date <= :today
