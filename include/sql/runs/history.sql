-- name: find
SELECT id, kind, subject, parent_id, state, business_date, started_at, ended_at, counts, reason, runbook
FROM operations.run WHERE id = :id

-- name: children
SELECT * FROM (
    SELECT DISTINCT ON (kind, subject)
           id, kind, subject, state, started_at, ended_at, counts, reason, runbook
    FROM operations.run WHERE parent_id = :id
    ORDER BY kind, subject, id DESC
) newest
ORDER BY started_at, id

-- name: latest
-- A preview is no news of a list; an observed night is.
SELECT DISTINCT ON (subject)
       id, kind, subject, state, business_date, started_at, ended_at, counts, reason, runbook
FROM operations.run
WHERE kind = :kind AND (counts -> 'dry_run' IS NULL OR counts -> 'observed' IS NOT NULL)
ORDER BY subject, id DESC

-- name: last_night
-- Held ones too: what a night holds back, it holds for a day that was believed. And the day on which a person said that a
-- backup was restored: the nights since it was taken are not there any more.
SELECT max(business_date) AS business_date FROM operations.run
WHERE (kind = 'night' AND state IN ('done', 'held')) OR (kind = 'restore' AND state = 'done')

-- name: night_before
-- The newest night that was done before this one, whatever date it had.
SELECT business_date FROM operations.run
WHERE kind = 'night' AND state IN ('done', 'held') AND id < :id
ORDER BY id DESC LIMIT 1

-- name: later
-- The newest date that was done already after :on. A date that is yet to come was a mistake, and stands in nobody's way.
SELECT max(business_date) AS done FROM operations.run
WHERE kind = :kind AND subject = :subject AND state IN ('done', 'held') AND counts -> 'dry_run' IS NULL
  AND business_date > :on AND business_date <= :today

-- name: not_loaded_since_restore
-- The audiences that no night has loaded since the last restore (`whole`: from every one of their sources).
SELECT audience FROM unnest(CAST(:audiences AS text[])) AS given (audience)
WHERE EXISTS (SELECT FROM operations.run r
              WHERE r.kind = 'restore' AND r.state = 'done'
                AND NOT EXISTS (SELECT FROM operations.run l
                                WHERE l.kind = 'load' AND l.state = 'done' AND l.subject = given.audience AND l.id > r.id
                                  AND (NOT CAST(:whole AS boolean) OR CAST(l.counts ->> 'absences_skipped' AS integer) = 0)))

-- name: void_checks
-- What was checked is being replaced: an older verdict does not speak for it.
UPDATE operations.run SET state = 'abandoned', reason = subject || ' was replaced after it was checked'
WHERE parent_id = :night_id AND kind = 'check' AND subject = ANY(:subjects) AND state = 'done'
