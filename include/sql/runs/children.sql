SELECT * FROM (
    SELECT DISTINCT ON (kind, subject)
           id, kind, subject, state, started_at, ended_at, counts, reason, runbook
    FROM operations.run WHERE parent_id = :id
    ORDER BY kind, subject, id DESC
) newest
ORDER BY started_at, id
