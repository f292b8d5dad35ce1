-- By address, not by row: somebody in both audiences is one, and so are two copies on the list.
WITH member AS (
    SELECT email, bool_or(suppressed) AS suppressed FROM staging.member
    WHERE run_id = :run_id AND reading = 1 GROUP BY email
), known AS (
    SELECT DISTINCT email FROM registry.address WHERE audience = ANY(CAST(:audiences AS text[]))
)
SELECT count(*) FILTER (WHERE m.email IS NOT NULL AND k.email IS NOT NULL) AS in_both,
       count(*) FILTER (WHERE k.email IS NULL) AS list_only,
       count(*) FILTER (WHERE m.email IS NULL AND k.email IS NOT NULL) AS registry_only,
       count(*) FILTER (WHERE m.suppressed) AS suppressed
FROM member m FULL JOIN known k ON k.email = m.email
