-- name: v0003_staging
-- Staged rows are keyed by the run of their extract, which names source and night (operations.run, operations.proof):
-- 30 bytes a row less to send and to read.
SET ROLE registry_owner;
DROP VIEW staging.row_under_check, staging.candidate_under_check;
DROP TABLE staging.row, staging.candidate;
CREATE UNLOGGED TABLE staging.row (
    run_id   bigint NOT NULL,             -- the extract
    email    text COLLATE "C",            -- canonical; NULL unless the verdict is 'valid'
    verdict  text COLLATE "C" NOT NULL
);
-- How an audience would differ once it is loaded: whom the registry does not have yet, and whom nobody trusted brought.
CREATE UNLOGGED TABLE staging.candidate (
    run_id    bigint NOT NULL,            -- the night
    audience  text COLLATE "C" NOT NULL,
    email     text COLLATE "C" NOT NULL
);
CREATE UNLOGGED TABLE staging.missing (
    run_id      bigint NOT NULL,          -- the night
    audience    text COLLATE "C" NOT NULL,
    address_id  bigint NOT NULL
);
ALTER TABLE staging.row ALTER COLUMN email SET STATISTICS 0;
ALTER TABLE staging.candidate ALTER COLUMN email SET STATISTICS 0;

-- As before: what the gate sees of one source, one audience, of one night. The subqueries are evaluated once.
CREATE VIEW staging.row_under_check AS
    SELECT r.email, r.verdict, CASE WHEN r.email IS NOT NULL THEN a.id IS NOT NULL END AS known
    FROM staging.row r
    LEFT JOIN registry.address a ON a.email = r.email AND a.audience = (
        SELECT p.audience FROM operations.proof p
        WHERE p.night_id = current_setting('registry.run')::bigint AND p.source = current_setting('registry.subject'))
    WHERE r.run_id = (
        SELECT p.run_id FROM operations.proof p
        WHERE p.night_id = current_setting('registry.run')::bigint AND p.source = current_setting('registry.subject'));
-- What load would publish: whom the registry has and somebody brought, and the new.
CREATE VIEW staging.candidate_under_check AS
    SELECT a.audience, a.email
    FROM registry.address a
    LEFT JOIN staging.missing m ON m.run_id = current_setting('registry.run')::bigint AND m.address_id = a.id
    WHERE a.audience = current_setting('registry.subject') AND m.address_id IS NULL
    UNION ALL
    SELECT audience, email FROM staging.candidate
    WHERE run_id = current_setting('registry.run')::bigint AND audience = current_setting('registry.subject');

GRANT SELECT, INSERT, DELETE, TRUNCATE ON staging.row, staging.candidate, staging.missing TO loader;
GRANT SELECT ON staging.row_under_check, staging.candidate_under_check TO loader;

ALTER TABLE operations.proof ADD COLUMN noted jsonb NOT NULL DEFAULT '{}';  -- what is counted and kept -> rows
RESET ROLE;
