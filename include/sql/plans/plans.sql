-- name: supersede
UPDATE operations.plan SET state = 'superseded' WHERE kind = :kind AND subject = :subject AND state = 'open'

-- name: make_plan
INSERT INTO operations.plan (run_id, kind, subject, state, made_at, counts, released, waiting, digest, from_read)
VALUES (:run_id, :kind, :subject, 'open', :at, '{}', '{}', '{}', '', :from_read)
RETURNING id

-- name: count_items
SELECT action, count(*) AS items,
       encode(sha256(convert_to(string_agg(concat_ws(':', address_id, member_id), ',' ORDER BY address_id, member_id),
                                'UTF8')), 'hex') AS digest
FROM operations.plan_item WHERE plan_id = :plan_id GROUP BY action ORDER BY action

-- name: finish_plan
UPDATE operations.plan
SET counts = CAST(:counts AS jsonb), released = :released, waiting = :waiting, reason = :reason, digest = :digest,
    reset = :reset
WHERE id = :plan_id

-- name: find_plan
SELECT p.id, p.run_id, p.kind, p.subject, p.state, p.made_at, p.counts, p.released, p.waiting, p.reason, p.digest,
       p.decision, p.from_read, p.reset, p.reset_answer, r.business_date
FROM operations.plan p JOIN operations.run r ON r.id = p.run_id
WHERE p.id = :plan_id

-- name: find_open_plans
SELECT p.id, p.run_id, p.kind, p.subject, p.state, p.made_at, p.counts, p.released, p.waiting, p.reason, p.digest,
       p.decision, p.from_read, p.reset, p.reset_answer, r.business_date
FROM operations.plan p JOIN operations.run r ON r.id = p.run_id
WHERE p.state = 'open' ORDER BY p.id DESC

-- name: decide_plan
UPDATE operations.plan
SET decision = :decision, decided_by = :by, decided_at = :at, decided_why = :why, reset_answer = :reset_answer
WHERE id = :plan_id AND state = 'open' AND waiting <> '{}' AND decision IS NULL

-- name: close_plan
UPDATE operations.plan SET state = 'done' WHERE id = :plan_id AND state = 'open'
