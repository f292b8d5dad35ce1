-- Where lists were moved to, and who is not added yet because they may have left before.
SELECT coalesce(s.target, w.target) AS target, s.stage, coalesce(w.withheld, 0) AS withheld
FROM (SELECT DISTINCT ON (target) target, stage FROM operations.stage ORDER BY target, id DESC) s
FULL JOIN registry.withheld_count w ON w.target = s.target
