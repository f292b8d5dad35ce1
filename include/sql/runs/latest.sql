-- A preview is no news of a list; an observed night is.
SELECT DISTINCT ON (subject)
       id, kind, subject, state, business_date, started_at, ended_at, counts, reason, runbook
FROM operations.run
WHERE kind = :kind AND (counts -> 'dry_run' IS NULL OR counts -> 'observed' IS NOT NULL)
ORDER BY subject, id DESC
