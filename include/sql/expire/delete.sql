-- name: delete_batch
-- Takes a batch of the plan's items and no others, and deletes the addresses that are still due and still off every
-- target. Returns each item, with its address if that was deleted, because the journal stores the address's keyed hash.
WITH batch AS MATERIALIZED (
    SELECT i.id, i.address_id FROM operations.plan_item i
    WHERE i.plan_id = :plan_id AND i.action = 'delete' AND i.asked_at IS NULL AND NOT i.dropped
    ORDER BY i.id LIMIT :batch
), deleted AS (
    DELETE FROM registry.address a
    USING registry.unseen u, batch b
    WHERE a.id = b.address_id AND u.address_id = a.id AND a.audience = :audience
      AND (u.absent_since <= :absent_before OR u.since <= :unseen_before)
      AND NOT EXISTS (SELECT FROM registry.listing l WHERE l.address_id = a.id)
    RETURNING a.id, a.email, coalesce(u.absent_since <= :absent_before, false) AS absent
), marked AS (
    UPDATE operations.plan_item i
    SET asked_at = CASE WHEN d.id IS NOT NULL THEN CAST(:at AS timestamptz) END, dropped = d.id IS NULL
    FROM batch b LEFT JOIN deleted d ON d.id = b.address_id
    WHERE i.id = b.id
)
SELECT d.email, d.absent FROM batch b LEFT JOIN deleted d ON d.id = b.address_id

-- name: count_deleted
-- Adds to what this run has deleted already, because it may have been killed and resumed.
UPDATE operations.run
SET counts = counts || jsonb_build_object(
    'deleted', coalesce(CAST(counts ->> 'deleted' AS bigint), 0) + :deleted,
    'absent', coalesce(CAST(counts ->> 'absent' AS bigint), 0) + :absent,
    'spared', coalesce(CAST(counts ->> 'spared' AS bigint), 0) + :spared,
    'deleted_at', CAST(:at AS text))
WHERE id = :run_id
