-- name: proofs
SELECT source, audience, received, declared, filtered, valid, rejected, complete, reason, started_at, ended_at
FROM operations.proof WHERE night_id = :night_id ORDER BY run_id

-- name: audiences
SELECT audience, addresses, present, absent FROM registry.audience_count

-- name: lists
-- Return the lists that are frozen, and the lists with sheets that a person still has to import, or has imported but
-- still has to prove by an export.
SELECT coalesce(f.target, d.target) AS target, f.until AS frozen_until, f.frozen_by,
       d.state AS sheets, d.since AS sheets_since
FROM (SELECT target, until, frozen_by FROM operations.freeze WHERE lifted_at IS NULL AND until >= :on) f
FULL JOIN (SELECT target, state, since FROM operations.sheet_batch WHERE state IN ('ready', 'imported')) d
    ON d.target = f.target

-- name: stages
-- Return the stage that each list was moved to, and how many are not added yet because they may have left before.
SELECT coalesce(s.target, w.target) AS target, s.stage, coalesce(w.withheld, 0) AS withheld
FROM (SELECT DISTINCT ON (target) target, stage FROM operations.stage ORDER BY target, id DESC) s
FULL JOIN registry.withheld_count w ON w.target = s.target

-- name: waiting_plans
SELECT id, kind, subject, waiting, reason, made_at FROM operations.plan
WHERE state = 'open' AND waiting <> '{}' AND decision IS NULL
