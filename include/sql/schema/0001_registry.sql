-- name: v0001_registry
-- The registry's first schema. Only registry.address holds an address outside a run.
-- Placeholders: none. Roles are made in 0001_roles.sql before this file runs.

CREATE SCHEMA registry AUTHORIZATION registry_owner;
CREATE SCHEMA staging AUTHORIZATION registry_owner;
CREATE SCHEMA operations AUTHORIZATION registry_owner;
CREATE SCHEMA audit AUTHORIZATION registry_owner;
SET ROLE registry_owner;

-- What happened, and who holds the lease ---------------------------------------------------------

CREATE TABLE operations.run (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind           text NOT NULL CHECK (kind IN ('night', 'extract', 'check', 'load', 'sync', 'expire')),
    subject        text NOT NULL,
    parent_id      bigint REFERENCES operations.run (id),
    owner          text NOT NULL,
    state          text NOT NULL CHECK (state IN ('open', 'done', 'held', 'failed', 'abandoned')),
    business_date  date NOT NULL,
    started_at     timestamptz NOT NULL,
    heartbeat_at   timestamptz NOT NULL,
    ended_at       timestamptz,
    policy_digest  text NOT NULL,
    counts         jsonb NOT NULL DEFAULT '{}',
    reason         text,
    runbook        text,
    CHECK ((state = 'open') = (ended_at IS NULL))
);
-- The lease: one open run per kind and subject.
CREATE UNIQUE INDEX run_one_open ON operations.run (kind, subject) WHERE state = 'open';
CREATE INDEX run_parent ON operations.run (parent_id);
CREATE INDEX run_last ON operations.run (kind, subject, id DESC);

-- A source's proof of completeness.
CREATE TABLE operations.proof (
    run_id      bigint PRIMARY KEY REFERENCES operations.run (id),
    night_id    bigint NOT NULL REFERENCES operations.run (id),
    source      text NOT NULL,
    audience    text NOT NULL,
    received    bigint NOT NULL,          -- rows read
    declared    bigint,                   -- rows the source said it has, where it can say
    filtered    bigint NOT NULL,          -- rows of other regions and of ended customerships
    valid       bigint NOT NULL,
    rejected    jsonb NOT NULL,           -- reason code -> rows
    staged      bigint NOT NULL,          -- rows written to staging: valid and rejected
    pages       bigint NOT NULL,          -- pages or files
    contract    text NOT NULL,            -- the columns that came
    digest      text NOT NULL,            -- SHA-256 of what was received
    started_at  timestamptz NOT NULL,
    ended_at    timestamptz NOT NULL,
    complete    boolean NOT NULL,
    reason      text,                     -- why not complete
    UNIQUE (night_id, source),
    CHECK (complete = (reason IS NULL))
);

-- A plan for a target: what would be done, and what was decided of it. Ids, no addresses.
CREATE TABLE operations.plan (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id         bigint NOT NULL REFERENCES operations.run (id),
    target         text NOT NULL,
    state          text NOT NULL CHECK (state IN ('open', 'done', 'superseded')),
    made_at        timestamptz NOT NULL,
    counts         jsonb NOT NULL,        -- action -> members
    released       text[] NOT NULL,       -- actions that may be done at once
    held           text[] NOT NULL,       -- actions that wait for a named approval
    reason         text,                  -- why they wait
    digest         text NOT NULL,         -- SHA-256 over the items, so that an approval is of this plan
    decision       text CHECK (decision IN ('approved', 'refused')),
    decided_by     text,
    decided_at     timestamptz,
    decided_why    text
);
CREATE UNIQUE INDEX plan_one_open ON operations.plan (target) WHERE state = 'open';

CREATE TABLE operations.plan_item (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    plan_id     bigint NOT NULL REFERENCES operations.plan (id),
    action      text NOT NULL,
    address_id  bigint,                   -- ours; gone from the registry or not
    member_id   text,                     -- the vendor's
    asked_at    timestamptz,              -- the intent, committed before the request
    dropped     boolean NOT NULL DEFAULT false,  -- no longer right when its turn came
    CHECK (address_id IS NOT NULL OR member_id IS NOT NULL)
);
CREATE INDEX plan_item_plan ON operations.plan_item (plan_id, action);

-- The registry ------------------------------------------------------------------------------------

CREATE TABLE registry.address (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    audience  text COLLATE "C" NOT NULL CHECK (audience IN ('person', 'company')),
    email     text COLLATE "C" NOT NULL,
    UNIQUE (audience, email)
);
-- pg_statistic keeps values after DELETE and VACUUM FULL.
ALTER TABLE registry.address ALTER COLUMN email SET STATISTICS 0;

CREATE TABLE registry.unseen (
    address_id    bigint PRIMARY KEY REFERENCES registry.address (id) ON DELETE CASCADE,
    since         date NOT NULL,          -- first night that no source brought it
    absent_since  date                    -- the night its absence was proven
);

CREATE TABLE registry.listing (
    target        text COLLATE "C" NOT NULL,
    address_id    bigint NOT NULL REFERENCES registry.address (id),
    add_asked     timestamptz,
    seen          timestamptz,            -- set only from a read of the list
    remove_asked  timestamptz,
    missed_in     bigint REFERENCES operations.run (id),  -- the first complete read that lacked it
    PRIMARY KEY (target, address_id)
);
CREATE INDEX listing_address ON registry.listing (address_id);

CREATE TABLE registry.suppression (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    digest        bytea NOT NULL,         -- HMAC-SHA-256 of the canonical form; the key never enters SQL
    key_version   smallint NOT NULL,
    form_version  smallint NOT NULL,      -- of the canonical form that was hashed
    scope         text NOT NULL CHECK (scope IN ('all', 'person', 'company')),
    reason        text NOT NULL CHECK (reason IN ('objection', 'erasure', 'left', 'do_not_contact')),
    recorded_on   date NOT NULL,
    UNIQUE (digest, key_version, form_version, scope)
);

-- Staging: during a run only. Unlogged tables never reach the WAL and are empty after a crash. ------

CREATE UNLOGGED TABLE staging.row (
    run_id    bigint NOT NULL,            -- the night
    source    text COLLATE "C" NOT NULL,
    audience  text COLLATE "C" NOT NULL,
    email     text COLLATE "C",           -- canonical; NULL unless the verdict is 'valid'
    verdict   text COLLATE "C" NOT NULL
);
CREATE UNLOGGED TABLE staging.candidate (
    run_id    bigint NOT NULL,
    audience  text COLLATE "C" NOT NULL,
    email     text COLLATE "C" NOT NULL
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

-- The gate sees one source of one night, one audience of one night: Great Expectations has no
-- bound parameters, so the session says which (registry.run, registry.subject).
CREATE VIEW staging.row_under_check AS
    SELECT email, verdict FROM staging.row
    WHERE run_id = current_setting('registry.run')::bigint AND source = current_setting('registry.subject');
CREATE VIEW staging.candidate_under_check AS
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

-- Counts for those who may see no address.
CREATE VIEW registry.audience_count AS
    SELECT a.audience,
           count(*) AS addresses,
           count(*) FILTER (WHERE u.absent_since IS NULL) AS present,
           count(u.absent_since) AS absent
    FROM registry.address a LEFT JOIN registry.unseen u ON u.address_id = a.id
    GROUP BY a.audience;
CREATE VIEW registry.listing_count AS
    SELECT target,
           count(*) FILTER (WHERE seen IS NOT NULL AND remove_asked IS NULL) AS listed,
           count(*) FILTER (WHERE missed_in IS NOT NULL) AS missing
    FROM registry.listing GROUP BY target;

-- Audit: append-only, chained, through one function ---------------------------------------------------

CREATE TABLE audit.event (
    id             bigint PRIMARY KEY,
    at             timestamptz NOT NULL,
    actor          text NOT NULL,
    action         text NOT NULL,
    subject        text NOT NULL,
    run_id         bigint,
    counts         jsonb NOT NULL,
    policy_digest  text NOT NULL,
    previous       bytea NOT NULL,
    hash           bytea NOT NULL
);

CREATE FUNCTION audit.append(
    p_at timestamptz, p_actor text, p_action text, p_subject text, p_run_id bigint, p_counts jsonb, p_policy_digest text
) RETURNS TABLE (id bigint, hash bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    v_last audit.event;
    v_line text;
BEGIN
    IF position('@' IN concat(p_actor, p_action, p_subject, p_counts::text, p_policy_digest)) > 0 THEN
        RAISE EXCEPTION 'an audit event never holds an address' USING ERRCODE = 'check_violation';
    END IF;
    -- One writer at a time: a chain has one tail. Held until the writer's transaction ends.
    LOCK TABLE audit.event IN EXCLUSIVE MODE;
    SELECT * INTO v_last FROM audit.event e ORDER BY e.id DESC LIMIT 1;
    id := coalesce(v_last.id, 0) + 1;
    v_line := concat_ws(E'\n', id, to_char(p_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                        p_actor, p_action, p_subject, coalesce(p_run_id::text, '-'), p_counts::text, p_policy_digest);
    hash := sha256(coalesce(v_last.hash, '\x'::bytea) || convert_to(v_line, 'UTF8'));
    INSERT INTO audit.event VALUES (id, p_at, p_actor, p_action, p_subject, p_run_id, p_counts, p_policy_digest,
                                    coalesce(v_last.hash, '\x'::bytea), hash);
    RETURN NEXT;
END $$;
REVOKE ALL ON FUNCTION audit.append FROM PUBLIC;

-- Least privilege -----------------------------------------------------------------------------------

GRANT USAGE ON SCHEMA registry, staging, operations, audit TO loader, list_sync, retention, rights;
GRANT USAGE ON SCHEMA registry, operations, audit TO report;

GRANT SELECT, INSERT, UPDATE ON operations.run, operations.proof TO loader, list_sync, retention, rights;
GRANT SELECT, INSERT, UPDATE ON operations.plan, operations.plan_item TO list_sync, retention;
GRANT EXECUTE ON FUNCTION audit.append TO loader, list_sync, retention, rights;

GRANT SELECT, INSERT, DELETE, TRUNCATE ON staging.row, staging.candidate TO loader;
GRANT SELECT ON staging.row_under_check, staging.candidate_under_check TO loader;
GRANT SELECT, INSERT ON registry.address TO loader;
GRANT SELECT, INSERT, UPDATE, DELETE ON registry.unseen TO loader;
GRANT SELECT ON registry.suppression TO loader;
GRANT DELETE ON operations.proof TO loader;  -- a retried extract replaces its own proof

GRANT SELECT ON registry.address, registry.unseen TO list_sync;
GRANT EXECUTE ON FUNCTION registry.desired TO list_sync;
GRANT SELECT, INSERT, UPDATE, DELETE ON registry.listing TO list_sync;
GRANT SELECT, INSERT ON registry.suppression TO list_sync;
GRANT SELECT, INSERT, DELETE, TRUNCATE ON staging.member, staging.suppressed TO list_sync;

GRANT SELECT, DELETE, MAINTAIN ON registry.address TO retention;
GRANT SELECT, MAINTAIN ON registry.unseen TO retention;
GRANT SELECT ON registry.listing TO retention;

GRANT SELECT, DELETE ON registry.address TO rights;
GRANT SELECT ON registry.unseen, registry.listing TO rights;
GRANT SELECT, INSERT, DELETE ON registry.suppression TO rights;

GRANT SELECT ON operations.run, operations.proof, operations.plan, registry.audience_count,
                registry.listing_count, audit.event TO report;
RESET ROLE;
