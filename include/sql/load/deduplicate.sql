-- The one comparison of a night: what the trusted sources brought against what the registry has of the audience. What is
-- in both, which is nearly all, is written nowhere.
WITH difference AS MATERIALIZED (
    SELECT a.id, r.email
    FROM (SELECT email FROM staging.row WHERE run_id = ANY(:extracts) AND verdict = 'valid') r
    FULL JOIN (SELECT id, email FROM registry.address WHERE audience = :audience) a ON a.email = r.email
    WHERE a.id IS NULL OR r.email IS NULL
), missing AS (
    INSERT INTO staging.missing (run_id, audience, address_id)
    SELECT :night_id, :audience, id FROM difference WHERE email IS NULL
)
INSERT INTO staging.candidate (run_id, audience, email)
SELECT DISTINCT CAST(:night_id AS bigint), :audience, email FROM difference WHERE id IS NULL
