-- Of this plan nothing was imported: a sheet that was not finished, or not taken, is made again whole.
UPDATE operations.plan_item i SET asked_at = NULL
WHERE i.plan_id = :plan_id AND i.action IN ('add', 'remove', 'double', 'foreign') AND NOT i.dropped
  AND NOT EXISTS (SELECT FROM operations.delivery d WHERE d.plan_id = :plan_id AND d.state IN ('imported', 'confirmed'))
