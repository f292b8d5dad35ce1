-- Added to what this run has deleted already: it may have been killed and taken up again.
UPDATE operations.run
SET counts = counts || jsonb_build_object(
    'deleted', coalesce(CAST(counts ->> 'deleted' AS bigint), 0) + :deleted,
    'absent', coalesce(CAST(counts ->> 'absent' AS bigint), 0) + :absent,
    'spared', coalesce(CAST(counts ->> 'spared' AS bigint), 0) + :spared,
    'deleted_at', CAST(:at AS text))
WHERE id = :run_id
