-- name: operations
-- What happened and what was decided: runs, proofs, plans, sheets, lists' stages, cases. Ids and counts, no addresses.
CREATE SCHEMA registry AUTHORIZATION registry_owner;
CREATE SCHEMA staging AUTHORIZATION registry_owner;
CREATE SCHEMA operations AUTHORIZATION registry_owner;
CREATE SCHEMA audit AUTHORIZATION registry_owner;
SET ROLE registry_owner;

-- Runs ------------------------------------------------------------------------------------------------

-- One row a run. An open row is also the lease: nobody else does the same.
CREATE TABLE operations.run (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind           text NOT NULL
        CHECK (kind IN ('night', 'extract', 'check', 'load', 'unsubscribes', 'sync', 'adopt', 'pilot', 'close',
                        'expire', 'clear_history', 'restore')),
    subject        text NOT NULL,         -- a source, an audience, a target, …
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
CREATE UNIQUE INDEX run_one_open ON operations.run (kind, subject) WHERE state = 'open';
CREATE INDEX run_parent ON operations.run (parent_id);
CREATE INDEX run_last ON operations.run (kind, subject, id DESC);

-- Extract and check -----------------------------------------------------------------------------------

-- A source's proof of completeness.
CREATE TABLE operations.proof (
    run_id      bigint PRIMARY KEY REFERENCES operations.run (id),
    night_id    bigint NOT NULL REFERENCES operations.run (id),
    source      text NOT NULL,
    audience    text NOT NULL,
    received    bigint NOT NULL,          -- rows read
    declared    bigint,                   -- rows that the source said it has, where it can say
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
    reason      text,                     -- why it is not complete
    noted       jsonb NOT NULL DEFAULT '{}',  -- what is counted and kept -> rows
    UNIQUE (night_id, source),
    CHECK (complete = (reason IS NULL))
);

-- A volume that the gate stopped and a person accepted, for exactly what came.
CREATE TABLE operations.acceptance (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source       text NOT NULL,
    digest       text NOT NULL,           -- of the proof
    received     bigint NOT NULL,
    accepted_at  timestamptz NOT NULL,
    accepted_by  text NOT NULL,
    why          text NOT NULL,
    UNIQUE (source, digest, received)
);

-- Plans -----------------------------------------------------------------------------------------------

-- What is to be done to a list or to an audience, and what was decided about it.
CREATE TABLE operations.plan (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id         bigint NOT NULL REFERENCES operations.run (id),
    kind           text NOT NULL CHECK (kind IN ('sync', 'expiry')),
    subject        text NOT NULL,         -- the target of a sync, the audience of an expiry
    state          text NOT NULL CHECK (state IN ('open', 'done', 'superseded')),
    made_at        timestamptz NOT NULL,
    counts         jsonb NOT NULL,        -- action -> members
    released       text[] NOT NULL,       -- actions that may be done at once
    waiting        text[] NOT NULL,       -- actions that wait for a named approval
    reason         text,                  -- why they wait
    digest         text NOT NULL,         -- SHA-256 over the items, so that an approval is of this plan
    decision       text CHECK (decision IN ('approved', 'refused')),
    decided_by     text,
    decided_at     timestamptz,
    decided_why    text,
    from_read      boolean NOT NULL DEFAULT true,   -- made from the list itself; else from what its sheets say
    reset          boolean NOT NULL DEFAULT false,  -- the list lost its members: a person says why
    reset_answer   text CHECK (reset_answer IN ('republish', 'left'))
);
CREATE UNIQUE INDEX plan_one_open ON operations.plan (kind, subject) WHERE state = 'open';

CREATE TABLE operations.plan_item (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    plan_id     bigint NOT NULL REFERENCES operations.plan (id),
    action      text NOT NULL
        CHECK (action IN ('add', 'remove', 'duplicate', 'unmanaged', 'delete', 'adopt', 'cancel_removal', 'missing', 'left',
                          'reset_wanted', 'reset_unwanted')),
    address_id  bigint,                   -- ours; it may have been deleted from the registry since
    member_id   text,                     -- the vendor's
    asked_at    timestamptz,              -- the intent, committed before the request
    dropped     boolean NOT NULL DEFAULT false,  -- no longer right when its turn came
    outcome     text CHECK (outcome IN ('done', 'refused', 'failed')),  -- what the vendor answered, if it did
    CHECK (address_id IS NOT NULL OR member_id IS NOT NULL)
);
CREATE INDEX plan_item_plan ON operations.plan_item (plan_id, action);

-- Lists -----------------------------------------------------------------------------------------------

-- Where a list stands: its newest row. A list without one stands where the policy says that lists begin.
CREATE TABLE operations.stage (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    target  text NOT NULL,
    stage   text NOT NULL CHECK (stage IN ('observed', 'live', 'handed_back')),
    at      timestamptz NOT NULL,
    by      text NOT NULL,
    why     text NOT NULL
);
CREATE INDEX stage_newest ON operations.stage (target, id DESC);

-- What a list held beside the registry when it was adopted; and how it became known who had left it before.
CREATE TABLE operations.adoption (
    run_id         bigint PRIMARY KEY REFERENCES operations.run (id),
    target         text NOT NULL,
    at             timestamptz NOT NULL,
    in_both        bigint NOT NULL,
    list_only      bigint NOT NULL,
    registry_only  bigint NOT NULL,
    known_at       timestamptz,
    known_by       text,                  -- who signed that nobody had left; or the export that was read
    known_why      text
);
CREATE INDEX adoption_newest ON operations.adoption (target, run_id DESC);

-- Nobody is added to a frozen list.
CREATE TABLE operations.freeze (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    target     text NOT NULL,
    until      date NOT NULL,             -- the last day
    frozen_at  timestamptz NOT NULL,
    frozen_by  text NOT NULL,
    why        text NOT NULL,
    lifted_at  timestamptz
);
CREATE UNIQUE INDEX freeze_one ON operations.freeze (target) WHERE lifted_at IS NULL;

-- Sheets that were made for a person to import. One batch at a time is in force.
CREATE TABLE operations.sheet_batch (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    plan_id      bigint NOT NULL REFERENCES operations.plan (id),
    target       text NOT NULL,
    state        text NOT NULL CHECK (state IN ('preparing', 'ready', 'imported', 'superseded', 'confirmed')),
    made_at      timestamptz NOT NULL,
    since        date NOT NULL,           -- from this day on no export has shown the list to equal the registry
    files        jsonb NOT NULL DEFAULT '{}',  -- name -> {rows, sha256}
    imported_at  timestamptz,
    imported_by  text
);
CREATE UNIQUE INDEX sheet_batch_one ON operations.sheet_batch (target) WHERE state IN ('ready', 'imported');

-- The export that a list was last read from: the same file is not a second read.
CREATE TABLE operations.export (
    target    text PRIMARY KEY,
    taken_at  timestamptz NOT NULL,
    run_id    bigint NOT NULL REFERENCES operations.run (id)
);

-- Rights ----------------------------------------------------------------------------------------------

-- Requests of persons. The person is known here by keyed hash alone.
CREATE TABLE operations.rights_case (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    number        text NOT NULL,          -- the office's own, of its case management
    right_used    text NOT NULL CHECK (right_used IN ('access', 'rectify', 'erase', 'object', 'withdraw')),
    digest        bytea NOT NULL,         -- HMAC-SHA-256 of the canonical form, as in registry.suppression
    key_version   smallint NOT NULL,
    form_version  smallint NOT NULL,
    scope         text NOT NULL CHECK (scope IN ('all', 'person', 'company')),
    relist        boolean NOT NULL,       -- erased, and listed again where a source still brings it
    identity      text NOT NULL,          -- how it was checked
    received_on   date NOT NULL,
    due_on        date NOT NULL,
    state         text NOT NULL CHECK (state IN ('noted', 'acted', 'done', 'dismissed')),
    opened_at     timestamptz NOT NULL,
    opened_by     text NOT NULL,
    acted_on      date,                   -- deleted or suppressed in the registry
    off           jsonb NOT NULL DEFAULT '{}',  -- target -> how it is known that the address is not on it
    deleted       integer NOT NULL DEFAULT 0,   -- rows of the registry
    rewritten_on  date,                   -- their bytes
    done_at       timestamptz,
    done_by       text,
    brought       text[] NOT NULL DEFAULT '{}',    -- audiences whose sources brought the address when it was deleted
    ended         integer,                -- suppressions that a withdrawal ended
    CHECK ((state IN ('done', 'dismissed')) = (done_at IS NOT NULL)),  -- of a dismissed case the audit says why
    UNIQUE (number, right_used, digest)
);
CREATE INDEX rights_case_open ON operations.rights_case (due_on) WHERE state NOT IN ('done', 'dismissed');

-- After a restore -------------------------------------------------------------------------------------

-- Ids that were given since the backup are known outside (an approval that waits, a report's folder): they are not
-- given again.
CREATE FUNCTION operations.leap(p_by bigint) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT setval(pg_get_serial_sequence('operations.run', 'id'), coalesce(max(id), 0) + p_by) FROM operations.run;
    SELECT setval(pg_get_serial_sequence('operations.plan', 'id'), coalesce(max(id), 0) + p_by) FROM operations.plan;
    SELECT setval(pg_get_serial_sequence('operations.sheet_batch', 'id'), coalesce(max(id), 0) + p_by)
    FROM operations.sheet_batch;
$$;
REVOKE ALL ON FUNCTION operations.leap FROM PUBLIC;
RESET ROLE;
