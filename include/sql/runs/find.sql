SELECT id, kind, subject, parent_id, state, business_date, started_at, ended_at, counts, reason, runbook
FROM operations.run WHERE id = :id
