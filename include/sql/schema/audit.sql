-- name: audit
-- The audit: append-only through one function, each event chained to the one before.
SET ROLE registry_owner;

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

-- A line's end in a field would let a text wander from one field to the next under the same hash; and an at sign has
-- three spellings in Unicode.
CREATE FUNCTION audit.append(
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
REVOKE ALL ON FUNCTION audit.append FROM PUBLIC;

-- Deletes all events before a moment, from the first on. An event says so, with the hash of the last one deleted: the
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
RESET ROLE;
