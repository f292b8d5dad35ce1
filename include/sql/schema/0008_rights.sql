-- name: v0008_rights
-- The rights of persons; and an audit that no one edits unseen, whose closed years end.
SET ROLE registry_owner;

-- Requests of persons. Who they are is known here by keyed hash alone.
CREATE TABLE operations.rights_case (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    number        text NOT NULL,             -- the office's own, of its case management
    right_used    text NOT NULL CHECK (right_used IN ('access', 'rectify', 'erase', 'object', 'withdraw')),
    digest        bytea NOT NULL,            -- HMAC-SHA-256 of the canonical form, as in registry.suppression
    key_version   smallint NOT NULL,
    form_version  smallint NOT NULL,
    scope         text NOT NULL CHECK (scope IN ('all', 'person', 'company')),
    relist        boolean NOT NULL,          -- erased, and listed again where a source still brings it
    identity      text NOT NULL,             -- how it was checked
    received_on   date NOT NULL,
    due_on        date NOT NULL,
    state         text NOT NULL CHECK (state IN ('noted', 'acted', 'done')),
    opened_at     timestamptz NOT NULL,
    opened_by     text NOT NULL,
    acted_on      date,                      -- deleted or suppressed in the registry
    off           jsonb NOT NULL DEFAULT '{}',  -- target -> how it is known that the address is not on it
    deleted       integer NOT NULL DEFAULT 0,   -- rows of the registry
    rewritten_on  date,                      -- their bytes
    done_at       timestamptz,
    done_by       text,
    CHECK ((state = 'done') = (done_at IS NOT NULL)),
    UNIQUE (number, right_used, digest)
);
CREATE INDEX rights_case_open ON operations.rights_case (due_on) WHERE state <> 'done';

-- Who took an objection back, and when: an older answer, or an older export, says nothing any more.
CREATE TABLE registry.withdrawal (
    digest        bytea NOT NULL,
    key_version   smallint NOT NULL,
    form_version  smallint NOT NULL,
    scope         text NOT NULL CHECK (scope IN ('all', 'person', 'company')),
    withdrawn_at  timestamptz NOT NULL,
    PRIMARY KEY (digest, key_version, form_version, scope)
);

GRANT SELECT, INSERT, UPDATE ON operations.rights_case TO rights;
GRANT SELECT, DELETE ON operations.rights_case TO retention;
GRANT SELECT (id, number, right_used, scope, received_on, due_on, state, opened_at, acted_on, deleted, rewritten_on, done_at)
      ON operations.rights_case TO report;
GRANT SELECT, INSERT, UPDATE ON registry.withdrawal TO rights;
GRANT SELECT ON registry.withdrawal TO list_sync;
GRANT SELECT, DELETE, MAINTAIN ON registry.withdrawal TO retention;
GRANT UPDATE (reason, recorded_on) ON registry.suppression TO rights;
GRANT SELECT, DELETE, UPDATE (address_id) ON registry.listing TO rights;
GRANT SELECT ON registry.withheld, operations.plan, operations.plan_item, operations.delivery, operations.stage TO rights;

-- A line's end in a field would let a text wander from one field to the next under the same hash; and an at sign has
-- three spellings in Unicode.
CREATE OR REPLACE FUNCTION audit.append(
    p_at timestamptz, p_actor text, p_action text, p_subject text, p_run_id bigint, p_counts jsonb, p_policy_digest text
) RETURNS TABLE (id bigint, hash bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    v_last audit.event;
    v_line text;
BEGIN
    IF concat(p_actor, p_action, p_subject, p_counts::text, p_policy_digest) ~ '[@\uFE6B\uFF20]' THEN
        RAISE EXCEPTION 'an audit event never holds an address' USING ERRCODE = 'check_violation';
    END IF;
    IF concat(p_actor, p_action, p_subject, p_policy_digest) ~ '[\n\r]' THEN
        RAISE EXCEPTION 'a field of an audit event is one line' USING ERRCODE = 'check_violation';
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

-- Events before a moment go, all of them from the first on; an event says so, with the hash of the last one that went: the
-- chain goes on from it. What is younger than a year at the newest event's time is not deleted, whoever asks.
CREATE FUNCTION audit.close_years(
    p_before timestamptz, p_year integer, p_at timestamptz, p_actor text, p_policy_digest text
) RETURNS TABLE (up_to bigint, hash bytea, events bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    v_newest timestamptz;
BEGIN
    LOCK TABLE audit.event IN EXCLUSIVE MODE;
    SELECT max(e.at) INTO v_newest FROM audit.event e;
    IF p_before > v_newest - interval '1 year' THEN
        RETURN;
    END IF;
    SELECT e.id, e.hash INTO up_to, hash FROM audit.event e
    WHERE e.id < (SELECT min(o.id) FROM audit.event o WHERE o.at >= p_before)
    ORDER BY e.id DESC LIMIT 1;
    IF up_to IS NULL THEN
        RETURN;
    END IF;
    SELECT count(*) INTO events FROM audit.event e WHERE e.id <= up_to;
    PERFORM audit.append(p_at, p_actor, 'close years', 'audit', NULL,
                         jsonb_build_object('up_to', up_to, 'hash', encode(hash, 'hex'), 'events', events, 'year', p_year),
                         p_policy_digest);
    DELETE FROM audit.event e WHERE e.id <= up_to;
    RETURN NEXT;
END $$;
REVOKE ALL ON FUNCTION audit.close_years FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit.close_years TO retention;
GRANT SELECT ON audit.event TO retention;
RESET ROLE;
