-- name: find_last_whole_loads
-- The last night on which every source of each audience was whole.
SELECT subject AS audience, max(business_date) AS whole_on FROM operations.run
WHERE kind = 'load' AND state = 'done' AND CAST(counts ->> 'absences_skipped' AS integer) = 0
GROUP BY subject

-- name: end_suppressions
DELETE FROM registry.suppression WHERE scope = :scope AND lacked_since <= :before
RETURNING digest, key_version, form_version

-- name: find_old_runs
-- Runs from before that day that nothing needs any more. These are kept: the newest run of each kind and subject, runs
-- that a kept row refers to, deletions without their certificate, and the nights of kept runs.
WITH kept AS (
    SELECT id FROM operations.run WHERE state = 'open' OR business_date >= :before
    UNION SELECT max(id) FROM operations.run GROUP BY kind, subject
    UNION SELECT run_id FROM operations.adoption
    UNION SELECT run_id FROM operations.export
    UNION SELECT missed_in FROM registry.listing WHERE missed_in IS NOT NULL
    UNION SELECT p.run_id FROM operations.plan p
          WHERE p.state = 'open'
             OR EXISTS (SELECT FROM operations.sheet_batch b WHERE b.plan_id = p.id AND b.state IN ('ready', 'imported'))
    UNION SELECT id FROM operations.run
          WHERE kind = 'expire' AND CAST(counts ->> 'deleted' AS bigint) > 0 AND counts -> 'certified' IS NULL
)
SELECT r.id FROM operations.run r
WHERE NOT EXISTS (SELECT FROM kept WHERE kept.id = r.id)
  AND NOT EXISTS (SELECT FROM operations.run c JOIN kept ON kept.id = c.id WHERE c.parent_id = r.id)
ORDER BY r.id

-- name: clear_items
DELETE FROM operations.plan_item WHERE id IN (
    SELECT i.id FROM operations.plan_item i JOIN operations.plan p ON p.id = i.plan_id
    WHERE p.run_id = ANY(:runs) LIMIT :batch)

-- name: clear_plans
DELETE FROM operations.plan WHERE run_id = ANY(:runs)

-- name: clear_proofs
DELETE FROM operations.proof WHERE run_id = ANY(:runs) OR night_id = ANY(:runs)

-- name: clear_runs
DELETE FROM operations.run WHERE id = ANY(:runs)

-- name: clear_acceptances
DELETE FROM operations.acceptance WHERE accepted_at < :before

-- name: clear_sheet_batches
DELETE FROM operations.sheet_batch b USING operations.plan p WHERE p.id = b.plan_id AND p.run_id = ANY(:runs)

-- name: clear_freezes
DELETE FROM operations.freeze WHERE lifted_at < :before

-- name: clear_cases
-- Cases that were answered before that moment. An open case is kept, however old it is.
DELETE FROM operations.rights_case WHERE done_at < :before

-- name: clear_withdrawals
DELETE FROM registry.withdrawal WHERE withdrawn_at < :before

-- name: clear_added_since_backup
DELETE FROM registry.added_since_backup WHERE noted_on < :before
