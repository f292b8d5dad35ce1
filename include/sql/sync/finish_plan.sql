UPDATE operations.plan
SET counts = CAST(:counts AS jsonb), released = :released, held = :held, reason = :reason, digest = :digest,
    reset = :reset
WHERE id = :plan_id
