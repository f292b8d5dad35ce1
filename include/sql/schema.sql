-- The schema of the registry's database, as pg_dump of PostgreSQL 18 tells it.
-- `make schema` writes this file from include/sql/schema/*.sql, where changes are made; a test holds the two together.

-- SCHEMA: audit

CREATE SCHEMA audit;

-- SCHEMA: operations

CREATE SCHEMA operations;

-- SCHEMA: registry

CREATE SCHEMA registry;

-- SCHEMA: staging

CREATE SCHEMA staging;

-- FUNCTION: append(timestamp with time zone, text, text, text, bigint, jsonb, text)

CREATE FUNCTION audit.append(p_at timestamp with time zone, p_actor text, p_action text, p_subject text, p_run_id bigint, p_counts jsonb, p_policy_digest text) RETURNS TABLE(id bigint, hash bytea)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
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

-- FUNCTION: close_years(timestamp with time zone, integer, timestamp with time zone, text, text)

CREATE FUNCTION audit.close_years(p_before timestamp with time zone, p_year integer, p_at timestamp with time zone, p_actor text, p_policy_digest text) RETURNS TABLE(up_to bigint, hash bytea, events bigint)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
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

-- FUNCTION: leap(bigint)

CREATE FUNCTION operations.leap(p_by bigint) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
    SELECT setval(pg_get_serial_sequence('operations.run', 'id'), coalesce(max(id), 0) + p_by) FROM operations.run;
    SELECT setval(pg_get_serial_sequence('operations.plan', 'id'), coalesce(max(id), 0) + p_by) FROM operations.plan;
    SELECT setval(pg_get_serial_sequence('operations.sheet_batch', 'id'), coalesce(max(id), 0) + p_by)
    FROM operations.sheet_batch;
$$;

-- FUNCTION: desired(bigint, text[], date[])

CREATE FUNCTION registry.desired(p_run_id bigint, p_audiences text[], p_oldest date[]) RETURNS TABLE(id bigint, email text)
    LANGUAGE sql STABLE
    AS $$
    SELECT a.id, a.email
    FROM registry.address a
    JOIN unnest(p_audiences, p_oldest) AS given (audience, oldest) ON given.audience = a.audience
    LEFT JOIN registry.unseen u ON u.address_id = a.id
    WHERE u.absent_since IS NULL AND (u.since IS NULL OR u.since > given.oldest)
      AND NOT EXISTS (SELECT FROM staging.suppressed s WHERE s.run_id = p_run_id AND s.address_id = a.id)
$$;

-- TABLE: listing

CREATE TABLE registry.listing (
    target text NOT NULL COLLATE pg_catalog."C",
    address_id bigint NOT NULL,
    add_asked timestamp with time zone,
    seen timestamp with time zone,
    remove_asked timestamp with time zone,
    missed_in bigint,
    refused_on date,
    add_imported timestamp with time zone,
    remove_imported timestamp with time zone,
    CONSTRAINT listing_has_state CHECK (((add_asked IS NOT NULL) OR (seen IS NOT NULL)))
);

-- FUNCTION: member_state(registry.listing)

CREATE FUNCTION registry.member_state(l registry.listing) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    SELECT CASE
        WHEN l.remove_asked IS NOT NULL AND l.remove_imported IS NOT NULL THEN 'removal_imported'
        WHEN l.remove_asked IS NOT NULL THEN 'removal_asked'
        WHEN l.missed_in IS NOT NULL THEN 'missing'
        WHEN l.seen IS NOT NULL THEN 'on_list'
        WHEN l.refused_on IS NOT NULL THEN 'refused'
        WHEN l.add_imported IS NOT NULL THEN 'addition_imported'
        WHEN l.add_asked IS NOT NULL THEN 'addition_asked'
    END
$$;

-- TABLE: event

CREATE TABLE audit.event (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    actor text NOT NULL,
    action text NOT NULL,
    subject text NOT NULL,
    run_id bigint,
    counts jsonb NOT NULL,
    policy_digest text NOT NULL,
    previous bytea NOT NULL,
    hash bytea NOT NULL
);

-- TABLE: acceptance

CREATE TABLE operations.acceptance (
    id bigint NOT NULL,
    source text NOT NULL,
    digest text NOT NULL,
    received bigint NOT NULL,
    accepted_at timestamp with time zone NOT NULL,
    accepted_by text NOT NULL,
    why text NOT NULL
);

-- SEQUENCE: acceptance_id_seq

ALTER TABLE operations.acceptance ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME operations.acceptance_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

-- TABLE: adoption

CREATE TABLE operations.adoption (
    run_id bigint NOT NULL,
    target text NOT NULL,
    at timestamp with time zone NOT NULL,
    in_both bigint NOT NULL,
    list_only bigint NOT NULL,
    registry_only bigint NOT NULL,
    known_at timestamp with time zone,
    known_by text,
    known_why text
);

-- TABLE: export

CREATE TABLE operations.export (
    target text NOT NULL,
    taken_at timestamp with time zone NOT NULL,
    run_id bigint NOT NULL
);

-- TABLE: freeze

CREATE TABLE operations."freeze" (
    id bigint NOT NULL,
    target text NOT NULL,
    until date NOT NULL,
    frozen_at timestamp with time zone NOT NULL,
    frozen_by text NOT NULL,
    why text NOT NULL,
    lifted_at timestamp with time zone
);

-- SEQUENCE: freeze_id_seq

ALTER TABLE operations."freeze" ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME operations.freeze_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

-- TABLE: plan

CREATE TABLE operations.plan (
    id bigint NOT NULL,
    run_id bigint NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    state text NOT NULL,
    made_at timestamp with time zone NOT NULL,
    counts jsonb NOT NULL,
    released text[] NOT NULL,
    waiting text[] NOT NULL,
    reason text,
    digest text NOT NULL,
    decision text,
    decided_by text,
    decided_at timestamp with time zone,
    decided_why text,
    from_read boolean DEFAULT true NOT NULL,
    reset boolean DEFAULT false NOT NULL,
    reset_answer text,
    CONSTRAINT plan_decision_check CHECK ((decision = ANY (ARRAY['approved'::text, 'refused'::text]))),
    CONSTRAINT plan_kind_check CHECK ((kind = ANY (ARRAY['sync'::text, 'expiry'::text]))),
    CONSTRAINT plan_reset_answer_check CHECK ((reset_answer = ANY (ARRAY['republish'::text, 'left'::text]))),
    CONSTRAINT plan_state_check CHECK ((state = ANY (ARRAY['open'::text, 'done'::text, 'superseded'::text])))
);

-- SEQUENCE: plan_id_seq

ALTER TABLE operations.plan ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME operations.plan_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

-- TABLE: plan_item

CREATE TABLE operations.plan_item (
    id bigint NOT NULL,
    plan_id bigint NOT NULL,
    action text NOT NULL,
    address_id bigint,
    member_id text,
    asked_at timestamp with time zone,
    dropped boolean DEFAULT false NOT NULL,
    outcome text,
    CONSTRAINT plan_item_action_check CHECK ((action = ANY (ARRAY['add'::text, 'remove'::text, 'duplicate'::text, 'unmanaged'::text, 'delete'::text, 'adopt'::text, 'cancel_removal'::text, 'missing'::text, 'left'::text, 'reset_wanted'::text, 'reset_unwanted'::text]))),
    CONSTRAINT plan_item_check CHECK (((address_id IS NOT NULL) OR (member_id IS NOT NULL))),
    CONSTRAINT plan_item_outcome_check CHECK ((outcome = ANY (ARRAY['done'::text, 'refused'::text, 'failed'::text])))
);

-- SEQUENCE: plan_item_id_seq

ALTER TABLE operations.plan_item ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME operations.plan_item_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

-- TABLE: proof

CREATE TABLE operations.proof (
    run_id bigint NOT NULL,
    night_id bigint NOT NULL,
    source text NOT NULL,
    audience text NOT NULL,
    received bigint NOT NULL,
    declared bigint,
    filtered bigint NOT NULL,
    valid bigint NOT NULL,
    rejected jsonb NOT NULL,
    staged bigint NOT NULL,
    pages bigint NOT NULL,
    contract text NOT NULL,
    digest text NOT NULL,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone NOT NULL,
    complete boolean NOT NULL,
    reason text,
    noted jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT proof_check CHECK ((complete = (reason IS NULL)))
);

-- TABLE: rights_case

CREATE TABLE operations.rights_case (
    id bigint NOT NULL,
    number text NOT NULL,
    right_used text NOT NULL,
    digest bytea NOT NULL,
    key_version smallint NOT NULL,
    form_version smallint NOT NULL,
    scope text NOT NULL,
    relist boolean NOT NULL,
    identity text NOT NULL,
    received_on date NOT NULL,
    due_on date NOT NULL,
    state text NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    opened_by text NOT NULL,
    acted_on date,
    off jsonb DEFAULT '{}'::jsonb NOT NULL,
    deleted integer DEFAULT 0 NOT NULL,
    rewritten_on date,
    done_at timestamp with time zone,
    done_by text,
    brought text[] DEFAULT '{}'::text[] NOT NULL,
    ended integer,
    CONSTRAINT rights_case_check CHECK (((state = ANY (ARRAY['done'::text, 'dismissed'::text])) = (done_at IS NOT NULL))),
    CONSTRAINT rights_case_right_used_check CHECK ((right_used = ANY (ARRAY['access'::text, 'rectify'::text, 'erase'::text, 'object'::text, 'withdraw'::text]))),
    CONSTRAINT rights_case_scope_check CHECK ((scope = ANY (ARRAY['all'::text, 'person'::text, 'company'::text]))),
    CONSTRAINT rights_case_state_check CHECK ((state = ANY (ARRAY['noted'::text, 'acted'::text, 'done'::text, 'dismissed'::text])))
);

-- SEQUENCE: rights_case_id_seq

ALTER TABLE operations.rights_case ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME operations.rights_case_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

-- TABLE: run

CREATE TABLE operations.run (
    id bigint NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    parent_id bigint,
    owner text NOT NULL,
    state text NOT NULL,
    business_date date NOT NULL,
    started_at timestamp with time zone NOT NULL,
    heartbeat_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    policy_digest text NOT NULL,
    counts jsonb DEFAULT '{}'::jsonb NOT NULL,
    reason text,
    runbook text,
    CONSTRAINT run_check CHECK (((state = 'open'::text) = (ended_at IS NULL))),
    CONSTRAINT run_kind_check CHECK ((kind = ANY (ARRAY['night'::text, 'extract'::text, 'check'::text, 'load'::text, 'unsubscribes'::text, 'sync'::text, 'adopt'::text, 'pilot'::text, 'close'::text, 'expire'::text, 'clear_history'::text, 'restore'::text]))),
    CONSTRAINT run_state_check CHECK ((state = ANY (ARRAY['open'::text, 'done'::text, 'held'::text, 'failed'::text, 'abandoned'::text])))
);

-- SEQUENCE: run_id_seq

ALTER TABLE operations.run ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME operations.run_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

-- TABLE: sheet_batch

CREATE TABLE operations.sheet_batch (
    id bigint NOT NULL,
    plan_id bigint NOT NULL,
    target text NOT NULL,
    state text NOT NULL,
    made_at timestamp with time zone NOT NULL,
    since date NOT NULL,
    files jsonb DEFAULT '{}'::jsonb NOT NULL,
    imported_at timestamp with time zone,
    imported_by text,
    CONSTRAINT sheet_batch_state_check CHECK ((state = ANY (ARRAY['preparing'::text, 'ready'::text, 'imported'::text, 'superseded'::text, 'confirmed'::text])))
);

-- SEQUENCE: sheet_batch_id_seq

ALTER TABLE operations.sheet_batch ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME operations.sheet_batch_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

-- TABLE: stage

CREATE TABLE operations.stage (
    id bigint NOT NULL,
    target text NOT NULL,
    stage text NOT NULL,
    at timestamp with time zone NOT NULL,
    by text NOT NULL,
    why text NOT NULL,
    CONSTRAINT stage_stage_check CHECK ((stage = ANY (ARRAY['observed'::text, 'live'::text, 'handed_back'::text])))
);

-- SEQUENCE: stage_id_seq

ALTER TABLE operations.stage ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME operations.stage_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

-- TABLE: registry_schema_version

CREATE TABLE public.registry_schema_version (
    version_num character varying(32) NOT NULL
);

-- TABLE: added_since_backup

CREATE TABLE registry.added_since_backup (
    digest bytea NOT NULL,
    key_version smallint NOT NULL,
    audience text NOT NULL,
    noted_on date NOT NULL,
    CONSTRAINT added_since_backup_audience_check CHECK ((audience = ANY (ARRAY['person'::text, 'company'::text])))
);

-- TABLE: address

CREATE TABLE registry.address (
    id bigint NOT NULL,
    audience text NOT NULL COLLATE pg_catalog."C",
    email text NOT NULL COLLATE pg_catalog."C",
    CONSTRAINT address_audience_check CHECK ((audience = ANY (ARRAY['person'::text, 'company'::text])))
);
ALTER TABLE ONLY registry.address ALTER COLUMN email SET STATISTICS 0;

-- SEQUENCE: address_id_seq

ALTER TABLE registry.address ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME registry.address_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

-- TABLE: unseen

CREATE TABLE registry.unseen (
    address_id bigint NOT NULL,
    since date NOT NULL,
    absent_since date
);

-- VIEW: audience_count

CREATE VIEW registry.audience_count AS
 SELECT a.audience,
    count(*) AS addresses,
    count(*) FILTER (WHERE (u.absent_since IS NULL)) AS present,
    count(u.absent_since) AS absent
   FROM (registry.address a
     LEFT JOIN registry.unseen u ON ((u.address_id = a.id)))
  GROUP BY a.audience;

-- VIEW: listing_count

CREATE VIEW registry.listing_count AS
 SELECT target,
    count(*) FILTER (WHERE (registry.member_state(l.*) = ANY (ARRAY['on_list'::text, 'missing'::text]))) AS listed,
    count(*) FILTER (WHERE (registry.member_state(l.*) = 'missing'::text)) AS missing
   FROM registry.listing l
  GROUP BY target;

-- TABLE: suppression

CREATE TABLE registry.suppression (
    id bigint NOT NULL,
    digest bytea NOT NULL,
    key_version smallint NOT NULL,
    form_version smallint NOT NULL,
    scope text NOT NULL,
    reason text NOT NULL,
    recorded_on date NOT NULL,
    brought_on date,
    lacked_since date,
    CONSTRAINT suppression_reason_check CHECK ((reason = ANY (ARRAY['objection'::text, 'erasure'::text, 'left'::text, 'do_not_contact'::text, 'invalid'::text, 'relist'::text]))),
    CONSTRAINT suppression_scope_check CHECK ((scope = ANY (ARRAY['all'::text, 'person'::text, 'company'::text])))
);

-- SEQUENCE: suppression_id_seq

ALTER TABLE registry.suppression ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME registry.suppression_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

-- TABLE: withdrawal

CREATE TABLE registry.withdrawal (
    digest bytea NOT NULL,
    key_version smallint NOT NULL,
    form_version smallint NOT NULL,
    scope text NOT NULL,
    withdrawn_at timestamp with time zone NOT NULL,
    CONSTRAINT withdrawal_scope_check CHECK ((scope = ANY (ARRAY['all'::text, 'person'::text, 'company'::text])))
);

-- TABLE: withheld

CREATE TABLE registry.withheld (
    target text NOT NULL COLLATE pg_catalog."C",
    address_id bigint NOT NULL
);

-- VIEW: withheld_count

CREATE VIEW registry.withheld_count AS
 SELECT target,
    count(*) AS withheld
   FROM registry.withheld
  GROUP BY target;

-- TABLE: candidate

CREATE UNLOGGED TABLE staging.candidate (
    run_id bigint NOT NULL,
    audience text NOT NULL COLLATE pg_catalog."C",
    email text NOT NULL COLLATE pg_catalog."C"
);
ALTER TABLE ONLY staging.candidate ALTER COLUMN email SET STATISTICS 0;

-- TABLE: not_brought

CREATE UNLOGGED TABLE staging.not_brought (
    run_id bigint NOT NULL,
    audience text NOT NULL COLLATE pg_catalog."C",
    address_id bigint NOT NULL
);

-- VIEW: candidate_under_check

CREATE VIEW staging.candidate_under_check AS
 SELECT a.audience,
    a.email
   FROM (registry.address a
     LEFT JOIN staging.not_brought m ON (((m.run_id = (current_setting('registry.run'::text))::bigint) AND (m.address_id = a.id))))
  WHERE ((a.audience = current_setting('registry.subject'::text)) AND (m.address_id IS NULL))
UNION ALL
 SELECT candidate.audience,
    candidate.email
   FROM staging.candidate
  WHERE ((candidate.run_id = (current_setting('registry.run'::text))::bigint) AND (candidate.audience = current_setting('registry.subject'::text)));

-- TABLE: member

CREATE UNLOGGED TABLE staging.member (
    run_id bigint NOT NULL,
    reading smallint NOT NULL,
    member_id text NOT NULL COLLATE pg_catalog."C",
    email text COLLATE pg_catalog."C",
    suppressed boolean NOT NULL
);
ALTER TABLE ONLY staging.member ALTER COLUMN email SET STATISTICS 0;

-- TABLE: row

CREATE UNLOGGED TABLE staging."row" (
    run_id bigint NOT NULL,
    email text COLLATE pg_catalog."C",
    verdict text NOT NULL COLLATE pg_catalog."C"
);
ALTER TABLE ONLY staging."row" ALTER COLUMN email SET STATISTICS 0;

-- VIEW: row_under_check

CREATE VIEW staging.row_under_check AS
 SELECT r.email,
    r.verdict,
        CASE
            WHEN (r.email IS NOT NULL) THEN (a.id IS NOT NULL)
            ELSE NULL::boolean
        END AS known
   FROM (staging."row" r
     LEFT JOIN registry.address a ON (((a.email = r.email) AND (a.audience = ( SELECT p.audience
           FROM operations.proof p
          WHERE ((p.night_id = (current_setting('registry.run'::text))::bigint) AND (p.source = current_setting('registry.subject'::text))))))))
  WHERE (r.run_id = ( SELECT p.run_id
           FROM operations.proof p
          WHERE ((p.night_id = (current_setting('registry.run'::text))::bigint) AND (p.source = current_setting('registry.subject'::text)))));

-- TABLE: suppressed

CREATE UNLOGGED TABLE staging.suppressed (
    run_id bigint NOT NULL,
    address_id bigint NOT NULL
);

-- CONSTRAINT: event event_pkey

ALTER TABLE ONLY audit.event
    ADD CONSTRAINT event_pkey PRIMARY KEY (id);

-- CONSTRAINT: acceptance acceptance_pkey

ALTER TABLE ONLY operations.acceptance
    ADD CONSTRAINT acceptance_pkey PRIMARY KEY (id);

-- CONSTRAINT: acceptance acceptance_source_digest_received_key

ALTER TABLE ONLY operations.acceptance
    ADD CONSTRAINT acceptance_source_digest_received_key UNIQUE (source, digest, received);

-- CONSTRAINT: adoption adoption_pkey

ALTER TABLE ONLY operations.adoption
    ADD CONSTRAINT adoption_pkey PRIMARY KEY (run_id);

-- CONSTRAINT: export export_pkey

ALTER TABLE ONLY operations.export
    ADD CONSTRAINT export_pkey PRIMARY KEY (target);

-- CONSTRAINT: freeze freeze_pkey

ALTER TABLE ONLY operations."freeze"
    ADD CONSTRAINT freeze_pkey PRIMARY KEY (id);

-- CONSTRAINT: plan_item plan_item_pkey

ALTER TABLE ONLY operations.plan_item
    ADD CONSTRAINT plan_item_pkey PRIMARY KEY (id);

-- CONSTRAINT: plan plan_pkey

ALTER TABLE ONLY operations.plan
    ADD CONSTRAINT plan_pkey PRIMARY KEY (id);

-- CONSTRAINT: proof proof_night_id_source_key

ALTER TABLE ONLY operations.proof
    ADD CONSTRAINT proof_night_id_source_key UNIQUE (night_id, source);

-- CONSTRAINT: proof proof_pkey

ALTER TABLE ONLY operations.proof
    ADD CONSTRAINT proof_pkey PRIMARY KEY (run_id);

-- CONSTRAINT: rights_case rights_case_number_right_used_digest_key

ALTER TABLE ONLY operations.rights_case
    ADD CONSTRAINT rights_case_number_right_used_digest_key UNIQUE (number, right_used, digest);

-- CONSTRAINT: rights_case rights_case_pkey

ALTER TABLE ONLY operations.rights_case
    ADD CONSTRAINT rights_case_pkey PRIMARY KEY (id);

-- CONSTRAINT: run run_pkey

ALTER TABLE ONLY operations.run
    ADD CONSTRAINT run_pkey PRIMARY KEY (id);

-- CONSTRAINT: sheet_batch sheet_batch_pkey

ALTER TABLE ONLY operations.sheet_batch
    ADD CONSTRAINT sheet_batch_pkey PRIMARY KEY (id);

-- CONSTRAINT: stage stage_pkey

ALTER TABLE ONLY operations.stage
    ADD CONSTRAINT stage_pkey PRIMARY KEY (id);

-- CONSTRAINT: registry_schema_version registry_schema_version_pkc

ALTER TABLE ONLY public.registry_schema_version
    ADD CONSTRAINT registry_schema_version_pkc PRIMARY KEY (version_num);

-- CONSTRAINT: added_since_backup added_since_backup_pkey

ALTER TABLE ONLY registry.added_since_backup
    ADD CONSTRAINT added_since_backup_pkey PRIMARY KEY (digest, key_version, audience);

-- CONSTRAINT: address address_audience_email_key

ALTER TABLE ONLY registry.address
    ADD CONSTRAINT address_audience_email_key UNIQUE (audience, email);

-- CONSTRAINT: address address_pkey

ALTER TABLE ONLY registry.address
    ADD CONSTRAINT address_pkey PRIMARY KEY (id);

-- CONSTRAINT: listing listing_pkey

ALTER TABLE ONLY registry.listing
    ADD CONSTRAINT listing_pkey PRIMARY KEY (target, address_id);

-- CONSTRAINT: suppression suppression_digest_key_version_form_version_scope_key

ALTER TABLE ONLY registry.suppression
    ADD CONSTRAINT suppression_digest_key_version_form_version_scope_key UNIQUE (digest, key_version, form_version, scope);

-- CONSTRAINT: suppression suppression_pkey

ALTER TABLE ONLY registry.suppression
    ADD CONSTRAINT suppression_pkey PRIMARY KEY (id);

-- CONSTRAINT: unseen unseen_pkey

ALTER TABLE ONLY registry.unseen
    ADD CONSTRAINT unseen_pkey PRIMARY KEY (address_id);

-- CONSTRAINT: withdrawal withdrawal_pkey

ALTER TABLE ONLY registry.withdrawal
    ADD CONSTRAINT withdrawal_pkey PRIMARY KEY (digest, key_version, form_version, scope);

-- CONSTRAINT: withheld withheld_pkey

ALTER TABLE ONLY registry.withheld
    ADD CONSTRAINT withheld_pkey PRIMARY KEY (target, address_id);

-- INDEX: adoption_newest

CREATE INDEX adoption_newest ON operations.adoption USING btree (target, run_id DESC);

-- INDEX: freeze_one

CREATE UNIQUE INDEX freeze_one ON operations."freeze" USING btree (target) WHERE (lifted_at IS NULL);

-- INDEX: plan_item_plan

CREATE INDEX plan_item_plan ON operations.plan_item USING btree (plan_id, action);

-- INDEX: plan_one_open

CREATE UNIQUE INDEX plan_one_open ON operations.plan USING btree (kind, subject) WHERE (state = 'open'::text);

-- INDEX: rights_case_open

CREATE INDEX rights_case_open ON operations.rights_case USING btree (due_on) WHERE (state <> ALL (ARRAY['done'::text, 'dismissed'::text]));

-- INDEX: run_last

CREATE INDEX run_last ON operations.run USING btree (kind, subject, id DESC);

-- INDEX: run_one_open

CREATE UNIQUE INDEX run_one_open ON operations.run USING btree (kind, subject) WHERE (state = 'open'::text);

-- INDEX: run_parent

CREATE INDEX run_parent ON operations.run USING btree (parent_id);

-- INDEX: sheet_batch_one

CREATE UNIQUE INDEX sheet_batch_one ON operations.sheet_batch USING btree (target) WHERE (state = ANY (ARRAY['ready'::text, 'imported'::text]));

-- INDEX: stage_newest

CREATE INDEX stage_newest ON operations.stage USING btree (target, id DESC);

-- INDEX: listing_address

CREATE INDEX listing_address ON registry.listing USING btree (address_id);

-- INDEX: withheld_address

CREATE INDEX withheld_address ON registry.withheld USING btree (address_id);

-- FK CONSTRAINT: adoption adoption_run_id_fkey

ALTER TABLE ONLY operations.adoption
    ADD CONSTRAINT adoption_run_id_fkey FOREIGN KEY (run_id) REFERENCES operations.run(id);

-- FK CONSTRAINT: export export_run_id_fkey

ALTER TABLE ONLY operations.export
    ADD CONSTRAINT export_run_id_fkey FOREIGN KEY (run_id) REFERENCES operations.run(id);

-- FK CONSTRAINT: plan_item plan_item_plan_id_fkey

ALTER TABLE ONLY operations.plan_item
    ADD CONSTRAINT plan_item_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES operations.plan(id);

-- FK CONSTRAINT: plan plan_run_id_fkey

ALTER TABLE ONLY operations.plan
    ADD CONSTRAINT plan_run_id_fkey FOREIGN KEY (run_id) REFERENCES operations.run(id);

-- FK CONSTRAINT: proof proof_night_id_fkey

ALTER TABLE ONLY operations.proof
    ADD CONSTRAINT proof_night_id_fkey FOREIGN KEY (night_id) REFERENCES operations.run(id);

-- FK CONSTRAINT: proof proof_run_id_fkey

ALTER TABLE ONLY operations.proof
    ADD CONSTRAINT proof_run_id_fkey FOREIGN KEY (run_id) REFERENCES operations.run(id);

-- FK CONSTRAINT: run run_parent_id_fkey

ALTER TABLE ONLY operations.run
    ADD CONSTRAINT run_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES operations.run(id);

-- FK CONSTRAINT: sheet_batch sheet_batch_plan_id_fkey

ALTER TABLE ONLY operations.sheet_batch
    ADD CONSTRAINT sheet_batch_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES operations.plan(id);

-- FK CONSTRAINT: listing listing_address_id_fkey

ALTER TABLE ONLY registry.listing
    ADD CONSTRAINT listing_address_id_fkey FOREIGN KEY (address_id) REFERENCES registry.address(id);

-- FK CONSTRAINT: listing listing_missed_in_fkey

ALTER TABLE ONLY registry.listing
    ADD CONSTRAINT listing_missed_in_fkey FOREIGN KEY (missed_in) REFERENCES operations.run(id);

-- FK CONSTRAINT: unseen unseen_address_id_fkey

ALTER TABLE ONLY registry.unseen
    ADD CONSTRAINT unseen_address_id_fkey FOREIGN KEY (address_id) REFERENCES registry.address(id) ON DELETE CASCADE;

-- FK CONSTRAINT: withheld withheld_address_id_fkey

ALTER TABLE ONLY registry.withheld
    ADD CONSTRAINT withheld_address_id_fkey FOREIGN KEY (address_id) REFERENCES registry.address(id) ON DELETE CASCADE;

-- ACL: SCHEMA audit

GRANT USAGE ON SCHEMA audit TO loader;
GRANT USAGE ON SCHEMA audit TO list_sync;
GRANT USAGE ON SCHEMA audit TO retention;
GRANT USAGE ON SCHEMA audit TO rights;
GRANT USAGE ON SCHEMA audit TO report;

-- ACL: SCHEMA operations

GRANT USAGE ON SCHEMA operations TO loader;
GRANT USAGE ON SCHEMA operations TO list_sync;
GRANT USAGE ON SCHEMA operations TO retention;
GRANT USAGE ON SCHEMA operations TO rights;
GRANT USAGE ON SCHEMA operations TO report;

-- ACL: SCHEMA registry

GRANT USAGE ON SCHEMA registry TO loader;
GRANT USAGE ON SCHEMA registry TO list_sync;
GRANT USAGE ON SCHEMA registry TO retention;
GRANT USAGE ON SCHEMA registry TO rights;
GRANT USAGE ON SCHEMA registry TO report;

-- ACL: SCHEMA staging

GRANT ALL ON SCHEMA staging TO loader;
GRANT USAGE ON SCHEMA staging TO list_sync;
GRANT USAGE ON SCHEMA staging TO retention;
GRANT USAGE ON SCHEMA staging TO rights;

-- ACL: FUNCTION append(p_at timestamp with time zone, p_actor text, p_action text, p_subject text, p_run_id bigint, p_counts jsonb, p_policy_digest text)

REVOKE ALL ON FUNCTION audit.append(p_at timestamp with time zone, p_actor text, p_action text, p_subject text, p_run_id bigint, p_counts jsonb, p_policy_digest text) FROM PUBLIC;
GRANT ALL ON FUNCTION audit.append(p_at timestamp with time zone, p_actor text, p_action text, p_subject text, p_run_id bigint, p_counts jsonb, p_policy_digest text) TO loader;
GRANT ALL ON FUNCTION audit.append(p_at timestamp with time zone, p_actor text, p_action text, p_subject text, p_run_id bigint, p_counts jsonb, p_policy_digest text) TO list_sync;
GRANT ALL ON FUNCTION audit.append(p_at timestamp with time zone, p_actor text, p_action text, p_subject text, p_run_id bigint, p_counts jsonb, p_policy_digest text) TO retention;
GRANT ALL ON FUNCTION audit.append(p_at timestamp with time zone, p_actor text, p_action text, p_subject text, p_run_id bigint, p_counts jsonb, p_policy_digest text) TO rights;

-- ACL: FUNCTION close_years(p_before timestamp with time zone, p_year integer, p_at timestamp with time zone, p_actor text, p_policy_digest text)

REVOKE ALL ON FUNCTION audit.close_years(p_before timestamp with time zone, p_year integer, p_at timestamp with time zone, p_actor text, p_policy_digest text) FROM PUBLIC;
GRANT ALL ON FUNCTION audit.close_years(p_before timestamp with time zone, p_year integer, p_at timestamp with time zone, p_actor text, p_policy_digest text) TO retention;

-- ACL: FUNCTION leap(p_by bigint)

REVOKE ALL ON FUNCTION operations.leap(p_by bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION operations.leap(p_by bigint) TO list_sync;

-- ACL: FUNCTION desired(p_run_id bigint, p_audiences text[], p_oldest date[])

REVOKE ALL ON FUNCTION registry.desired(p_run_id bigint, p_audiences text[], p_oldest date[]) FROM PUBLIC;
GRANT ALL ON FUNCTION registry.desired(p_run_id bigint, p_audiences text[], p_oldest date[]) TO list_sync;

-- ACL: TABLE listing

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE registry.listing TO list_sync;
GRANT SELECT,MAINTAIN ON TABLE registry.listing TO retention;
GRANT SELECT,DELETE ON TABLE registry.listing TO rights;

-- ACL: COLUMN listing.address_id

GRANT UPDATE(address_id) ON TABLE registry.listing TO rights;

-- ACL: TABLE event

GRANT SELECT ON TABLE audit.event TO retention;
GRANT SELECT ON TABLE audit.event TO report;

-- ACL: TABLE acceptance

GRANT SELECT,INSERT ON TABLE operations.acceptance TO loader;
GRANT SELECT,DELETE ON TABLE operations.acceptance TO retention;
GRANT SELECT ON TABLE operations.acceptance TO report;

-- ACL: TABLE adoption

GRANT SELECT,INSERT,UPDATE ON TABLE operations.adoption TO list_sync;
GRANT SELECT ON TABLE operations.adoption TO retention;
GRANT SELECT ON TABLE operations.adoption TO report;

-- ACL: TABLE export

GRANT SELECT,INSERT,UPDATE ON TABLE operations.export TO list_sync;
GRANT SELECT ON TABLE operations.export TO retention;

-- ACL: TABLE "freeze"

GRANT SELECT,INSERT,UPDATE ON TABLE operations."freeze" TO list_sync;
GRANT SELECT,DELETE ON TABLE operations."freeze" TO retention;
GRANT SELECT ON TABLE operations."freeze" TO report;

-- ACL: TABLE plan

GRANT SELECT,INSERT,UPDATE ON TABLE operations.plan TO list_sync;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE operations.plan TO retention;
GRANT SELECT ON TABLE operations.plan TO rights;
GRANT SELECT ON TABLE operations.plan TO report;

-- ACL: TABLE plan_item

GRANT SELECT,INSERT,UPDATE ON TABLE operations.plan_item TO list_sync;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE operations.plan_item TO retention;
GRANT SELECT ON TABLE operations.plan_item TO rights;

-- ACL: TABLE proof

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE operations.proof TO loader;
GRANT SELECT,INSERT,UPDATE ON TABLE operations.proof TO list_sync;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE operations.proof TO retention;
GRANT SELECT,INSERT,UPDATE ON TABLE operations.proof TO rights;
GRANT SELECT ON TABLE operations.proof TO report;

-- ACL: TABLE rights_case

GRANT SELECT,DELETE ON TABLE operations.rights_case TO retention;
GRANT SELECT,INSERT,UPDATE ON TABLE operations.rights_case TO rights;

-- ACL: COLUMN rights_case.id

GRANT SELECT(id) ON TABLE operations.rights_case TO report;

-- ACL: COLUMN rights_case.number

GRANT SELECT(number) ON TABLE operations.rights_case TO report;

-- ACL: COLUMN rights_case.right_used

GRANT SELECT(right_used) ON TABLE operations.rights_case TO report;

-- ACL: COLUMN rights_case.scope

GRANT SELECT(scope) ON TABLE operations.rights_case TO report;

-- ACL: COLUMN rights_case.received_on

GRANT SELECT(received_on) ON TABLE operations.rights_case TO report;

-- ACL: COLUMN rights_case.due_on

GRANT SELECT(due_on) ON TABLE operations.rights_case TO report;

-- ACL: COLUMN rights_case.state

GRANT SELECT(state) ON TABLE operations.rights_case TO report;

-- ACL: COLUMN rights_case.opened_at

GRANT SELECT(opened_at) ON TABLE operations.rights_case TO report;

-- ACL: COLUMN rights_case.acted_on

GRANT SELECT(acted_on) ON TABLE operations.rights_case TO report;

-- ACL: COLUMN rights_case.deleted

GRANT SELECT(deleted) ON TABLE operations.rights_case TO report;

-- ACL: COLUMN rights_case.rewritten_on

GRANT SELECT(rewritten_on) ON TABLE operations.rights_case TO report;

-- ACL: COLUMN rights_case.done_at

GRANT SELECT(done_at) ON TABLE operations.rights_case TO report;

-- ACL: COLUMN rights_case.brought

GRANT SELECT(brought) ON TABLE operations.rights_case TO report;

-- ACL: TABLE run

GRANT SELECT,INSERT,UPDATE ON TABLE operations.run TO loader;
GRANT SELECT,INSERT,UPDATE ON TABLE operations.run TO list_sync;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE operations.run TO retention;
GRANT SELECT,INSERT,UPDATE ON TABLE operations.run TO rights;
GRANT SELECT ON TABLE operations.run TO report;

-- ACL: TABLE sheet_batch

GRANT SELECT,INSERT,UPDATE ON TABLE operations.sheet_batch TO list_sync;
GRANT SELECT,DELETE ON TABLE operations.sheet_batch TO retention;
GRANT SELECT ON TABLE operations.sheet_batch TO rights;
GRANT SELECT ON TABLE operations.sheet_batch TO report;

-- ACL: TABLE stage

GRANT SELECT,INSERT ON TABLE operations.stage TO list_sync;
GRANT SELECT ON TABLE operations.stage TO rights;
GRANT SELECT ON TABLE operations.stage TO report;

-- ACL: TABLE registry_schema_version

GRANT SELECT ON TABLE public.registry_schema_version TO report;

-- ACL: TABLE added_since_backup

GRANT SELECT,INSERT ON TABLE registry.added_since_backup TO list_sync;
GRANT SELECT,DELETE,MAINTAIN ON TABLE registry.added_since_backup TO retention;
GRANT SELECT ON TABLE registry.added_since_backup TO rights;

-- ACL: TABLE address

GRANT SELECT,INSERT ON TABLE registry.address TO loader;
GRANT SELECT ON TABLE registry.address TO list_sync;
GRANT SELECT,DELETE,MAINTAIN ON TABLE registry.address TO retention;
GRANT SELECT,DELETE ON TABLE registry.address TO rights;

-- ACL: TABLE unseen

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE registry.unseen TO loader;
GRANT SELECT ON TABLE registry.unseen TO list_sync;
GRANT SELECT,MAINTAIN ON TABLE registry.unseen TO retention;
GRANT SELECT ON TABLE registry.unseen TO rights;

-- ACL: TABLE audience_count

GRANT SELECT ON TABLE registry.audience_count TO report;

-- ACL: TABLE listing_count

GRANT SELECT ON TABLE registry.listing_count TO report;

-- ACL: TABLE suppression

GRANT SELECT ON TABLE registry.suppression TO loader;
GRANT SELECT,INSERT ON TABLE registry.suppression TO list_sync;
GRANT MAINTAIN ON TABLE registry.suppression TO retention;
GRANT SELECT,INSERT,DELETE ON TABLE registry.suppression TO rights;

-- ACL: COLUMN suppression.reason

GRANT UPDATE(reason) ON TABLE registry.suppression TO list_sync;
GRANT UPDATE(reason) ON TABLE registry.suppression TO rights;

-- ACL: COLUMN suppression.recorded_on

GRANT UPDATE(recorded_on) ON TABLE registry.suppression TO list_sync;
GRANT UPDATE(recorded_on) ON TABLE registry.suppression TO rights;

-- ACL: COLUMN suppression.brought_on

GRANT UPDATE(brought_on) ON TABLE registry.suppression TO loader;

-- ACL: COLUMN suppression.lacked_since

GRANT UPDATE(lacked_since) ON TABLE registry.suppression TO loader;

-- ACL: TABLE withdrawal

GRANT SELECT ON TABLE registry.withdrawal TO list_sync;
GRANT SELECT,DELETE,MAINTAIN ON TABLE registry.withdrawal TO retention;
GRANT SELECT,INSERT,UPDATE ON TABLE registry.withdrawal TO rights;

-- ACL: TABLE withheld

GRANT SELECT,INSERT,DELETE ON TABLE registry.withheld TO list_sync;
GRANT MAINTAIN ON TABLE registry.withheld TO retention;
GRANT SELECT ON TABLE registry.withheld TO rights;

-- ACL: TABLE withheld_count

GRANT SELECT ON TABLE registry.withheld_count TO list_sync;
GRANT SELECT ON TABLE registry.withheld_count TO report;

-- ACL: TABLE candidate

GRANT SELECT,INSERT,DELETE,TRUNCATE ON TABLE staging.candidate TO loader;
GRANT MAINTAIN ON TABLE staging.candidate TO retention;

-- ACL: TABLE not_brought

GRANT SELECT,INSERT,DELETE,TRUNCATE ON TABLE staging.not_brought TO loader;

-- ACL: TABLE candidate_under_check

GRANT SELECT ON TABLE staging.candidate_under_check TO loader;

-- ACL: TABLE member

GRANT SELECT,INSERT,DELETE,TRUNCATE ON TABLE staging.member TO list_sync;
GRANT MAINTAIN ON TABLE staging.member TO retention;

-- ACL: TABLE "row"

GRANT SELECT,INSERT,DELETE,TRUNCATE ON TABLE staging."row" TO loader;
GRANT MAINTAIN ON TABLE staging."row" TO retention;

-- ACL: TABLE row_under_check

GRANT SELECT ON TABLE staging.row_under_check TO loader;

-- ACL: TABLE suppressed

GRANT SELECT,INSERT,DELETE,TRUNCATE ON TABLE staging.suppressed TO list_sync;
