-- name: begin_batch
-- `since` is the date from which on no export has shown the list equal to the registry: a newer batch keeps it.
INSERT INTO operations.sheet_batch (plan_id, target, state, made_at, since)
VALUES (:plan_id, :target, 'preparing', :at,
        coalesce((SELECT since FROM operations.sheet_batch WHERE target = :target AND state IN ('ready', 'imported')), :on))
RETURNING id

-- name: ask_again
-- Nothing of this plan was imported: a sheet that was not finished, or not taken, is made again whole.
UPDATE operations.plan_item i SET asked_at = NULL
WHERE i.plan_id = :plan_id AND i.action IN ('add', 'remove', 'duplicate', 'unmanaged') AND NOT i.dropped
  AND NOT EXISTS (SELECT FROM operations.sheet_batch b WHERE b.plan_id = :plan_id AND b.state IN ('imported', 'confirmed'))

-- name: supersede_batches
UPDATE operations.sheet_batch SET state = 'superseded'
WHERE target = :target AND state IN ('preparing', 'ready', 'imported') AND id <> :batch_id

-- name: finish_batch
UPDATE operations.sheet_batch SET state = 'ready', files = CAST(:files AS jsonb) WHERE id = :batch_id

-- name: find_in_force
SELECT b.id, b.plan_id, b.state, b.made_at, b.since, b.files, b.imported_at, p.digest, p.state AS plan_state
FROM operations.sheet_batch b JOIN operations.plan p ON p.id = b.plan_id
WHERE b.target = :target AND b.state IN ('ready', 'imported')

-- name: mark_imported
UPDATE operations.sheet_batch SET state = 'imported', imported_at = :at, imported_by = :by
WHERE id = :batch_id AND state = 'ready'

-- name: believe_imported
-- A person said that the sheets of this plan were imported. We believe it; only an export sets `seen`.
WITH asked AS (
    SELECT i.action, a.email
    FROM operations.plan_item i LEFT JOIN registry.address a ON a.id = i.address_id
    WHERE i.plan_id = :plan_id AND i.asked_at IS NOT NULL AND NOT i.dropped
)
UPDATE registry.listing l
SET add_imported = CASE WHEN asked.action = 'add' THEN CAST(:at AS timestamptz) ELSE l.add_imported END,
    remove_imported = CASE WHEN asked.action = 'remove' THEN CAST(:at AS timestamptz) ELSE l.remove_imported END
FROM asked, registry.address same
WHERE l.target = :target AND same.id = l.address_id AND same.email = asked.email
  AND asked.action IN ('add', 'remove')

-- name: withdraw_ready
-- What a sheet that nobody imported still holds is not due any more.
UPDATE operations.sheet_batch SET state = 'superseded' WHERE target = :target AND state IN ('preparing', 'ready')

-- name: supersede_batch
UPDATE operations.sheet_batch SET state = 'superseded' WHERE id = :batch_id AND state IN ('preparing', 'ready', 'imported')

-- name: confirm_batch
UPDATE operations.sheet_batch SET state = 'confirmed' WHERE target = :target AND state IN ('ready', 'imported')

-- name: forget_members
-- A person emptied the list: nobody left, and nobody is on it. Anyone who was missing before that is not put back.
DELETE FROM registry.listing l WHERE l.target = :target AND registry.member_state(l) <> 'missing'
