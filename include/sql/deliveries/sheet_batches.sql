-- name: delivery_in_force
SELECT d.id, d.plan_id, d.state, d.made_at, d.since, d.files, d.imported_at, p.digest, p.state AS plan_state
FROM operations.delivery d JOIN operations.plan p ON p.id = d.plan_id
WHERE d.target = :target AND d.state IN ('delivered', 'imported')

-- name: begin_delivery
INSERT INTO operations.delivery (plan_id, target, state, made_at, since)
VALUES (:plan_id, :target, 'making', :at,
        coalesce((SELECT since FROM operations.delivery WHERE target = :target AND state IN ('delivered', 'imported')), :on))
RETURNING id

-- name: ask_anew
-- Of this plan nothing was imported: a sheet that was not finished, or not taken, is made again whole.
UPDATE operations.plan_item i SET asked_at = NULL
WHERE i.plan_id = :plan_id AND i.action IN ('add', 'remove', 'double', 'foreign') AND NOT i.dropped
  AND NOT EXISTS (SELECT FROM operations.delivery d WHERE d.plan_id = :plan_id AND d.state IN ('imported', 'confirmed'))

-- name: supersede_deliveries
UPDATE operations.delivery SET state = 'superseded'
WHERE target = :target AND state IN ('making', 'delivered', 'imported') AND id <> :delivery_id

-- name: finish_delivery
UPDATE operations.delivery SET state = 'delivered', files = CAST(:files AS jsonb) WHERE id = :delivery_id

-- name: withdraw_delivered
-- Whatever a sheet that nobody imported still holds is not due any more.
UPDATE operations.delivery SET state = 'superseded' WHERE target = :target AND state IN ('making', 'delivered')

-- name: end_delivery
UPDATE operations.delivery SET state = :state WHERE id = :delivery_id AND state IN ('making', 'delivered', 'imported')

-- name: import_delivery
UPDATE operations.delivery SET state = 'imported', imported_at = :at, imported_by = :by
WHERE id = :delivery_id AND state = 'delivered'

-- name: note_imported
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

-- name: forget_lost
-- A list that its owner emptied: nobody left, nobody is there. Who was missing before it was is not put back.
DELETE FROM registry.listing l WHERE l.target = :target AND l.missed_in IS NULL
