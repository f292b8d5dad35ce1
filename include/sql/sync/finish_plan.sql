UPDATE operations.plan
SET counts = CAST(:counts AS jsonb), released = :released, held = :held, reason = :reason, digest = :digest
WHERE id = :plan_id
