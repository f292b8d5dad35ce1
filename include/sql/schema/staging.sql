-- name: staging
-- Rows of a run, and only while it runs. Unlogged tables never reach the WAL and are empty after a crash.
SET ROLE registry_owner;

-- A source's rows are keyed by the run of their extract, which names source and night (operations.run, operations.proof):
-- 30 bytes a row less to send and to read.
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
CREATE UNLOGGED TABLE staging.not_brought (
    run_id      bigint NOT NULL,          -- the night
    audience    text COLLATE "C" NOT NULL,
    address_id  bigint NOT NULL
);
CREATE UNLOGGED TABLE staging.member (
    run_id      bigint NOT NULL,          -- the sync
    reading     smallint NOT NULL,        -- 1 before applying, 2 the read-back
    member_id   text COLLATE "C" NOT NULL,
    email       text COLLATE "C",         -- canonical; NULL where the list holds what is not an address
    suppressed  boolean NOT NULL
);
CREATE UNLOGGED TABLE staging.suppressed (
    run_id      bigint NOT NULL,
    address_id  bigint NOT NULL
);
ALTER TABLE staging.row ALTER COLUMN email SET STATISTICS 0;
ALTER TABLE staging.candidate ALTER COLUMN email SET STATISTICS 0;
ALTER TABLE staging.member ALTER COLUMN email SET STATISTICS 0;

-- What the gate sees of one source, one audience, of one night. Great Expectations has no bound parameters, so the
-- session says which (registry.run, registry.subject). The subqueries are evaluated once. `known`: whether the audience
-- had the address before tonight, present or not; NULL where there is no address. The join is on a unique key: where a
-- query does not ask for `known`, the planner leaves it out.
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
    LEFT JOIN staging.not_brought m ON m.run_id = current_setting('registry.run')::bigint AND m.address_id = a.id
    WHERE a.audience = current_setting('registry.subject') AND m.address_id IS NULL
    UNION ALL
    SELECT audience, email FROM staging.candidate
    WHERE run_id = current_setting('registry.run')::bigint AND audience = current_setting('registry.subject');

-- Whom a list of these audiences should hold: brought lately, not proven absent, not suppressed (as the run staged
-- it: the key never enters SQL). Its plain form lets the planner see through it.
CREATE FUNCTION registry.desired(p_run_id bigint, p_audiences text[], p_oldest date[])
RETURNS TABLE (id bigint, email text) LANGUAGE sql STABLE AS $$
    SELECT a.id, a.email
    FROM registry.address a
    JOIN unnest(p_audiences, p_oldest) AS given (audience, oldest) ON given.audience = a.audience
    LEFT JOIN registry.unseen u ON u.address_id = a.id
    WHERE u.absent_since IS NULL AND (u.since IS NULL OR u.since > given.oldest)
      AND NOT EXISTS (SELECT FROM staging.suppressed s WHERE s.run_id = p_run_id AND s.address_id = a.id)
$$;
REVOKE ALL ON FUNCTION registry.desired FROM PUBLIC;
RESET ROLE;
