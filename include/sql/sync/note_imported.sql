-- A person says that the sheets of this delivery are imported: believed, and seen only by an export.
WITH asked AS (
    SELECT i.action, i.address_id, a.email
    FROM operations.plan_item i LEFT JOIN registry.address a ON a.id = i.address_id
    WHERE i.plan_id = :plan_id AND i.asked_at IS NOT NULL AND NOT i.dropped
)
UPDATE registry.listing l
SET add_imported = CASE WHEN asked.action = 'add' THEN CAST(:at AS timestamptz) ELSE l.add_imported END,
    remove_imported = CASE WHEN asked.action = 'remove' THEN CAST(:at AS timestamptz) ELSE l.remove_imported END
FROM asked, registry.address same
WHERE l.target = :target AND same.id = l.address_id AND same.email = asked.email
  AND asked.action IN ('add', 'remove')
