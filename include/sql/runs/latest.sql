SELECT DISTINCT ON (subject)
       id, kind, subject, state, business_date, started_at, ended_at, counts, reason, runbook
FROM operations.run WHERE kind = :kind
ORDER BY subject, id DESC
