-- name: registry
-- The registry: addresses, since when no source brings them, the lists that they are on, who must not be listed.
SET ROLE registry_owner;

-- The only table with an address outside a run.
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
    since         date NOT NULL,          -- the first night that no source brought it
    absent_since  date                    -- the night its absence was proven
);

-- What is known of an address on a list, and what was asked for it. registry.member_state says what it comes to.
CREATE TABLE registry.listing (
    target           text COLLATE "C" NOT NULL,
    address_id       bigint NOT NULL REFERENCES registry.address (id),
    add_asked        timestamptz,
    seen             timestamptz,         -- set only from a read of the list
    remove_asked     timestamptz,
    missed_in        bigint REFERENCES operations.run (id),  -- the first complete read that lacked it
    refused_on       date,                -- asked, and not there as it was written: not asked again for a while
    add_imported     timestamptz,         -- by sheets: the one that adds it is known to have been imported
    remove_imported  timestamptz,         -- and the one that removes it
    PRIMARY KEY (target, address_id),
    -- No row is without a state: each begins with an addition that we asked for, or with a read that showed the member.
    CONSTRAINT listing_has_state CHECK (add_asked IS NOT NULL OR seen IS NOT NULL)
);
CREATE INDEX listing_address ON registry.listing (address_id);

-- The state of a list's member as we know it. PostgreSQL inlines it, so that it costs what the columns cost: it must have
-- no SET clause and must not be a SECURITY DEFINER.
CREATE FUNCTION registry.member_state(l registry.listing) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
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

-- In the registry, and not on the list that was adopted: they may have left it earlier, and are not added until that is
-- known.
CREATE TABLE registry.withheld (
    target      text COLLATE "C" NOT NULL,
    address_id  bigint NOT NULL REFERENCES registry.address (id) ON DELETE CASCADE,
    PRIMARY KEY (target, address_id)
);
CREATE INDEX withheld_address ON registry.withheld (address_id);

-- Who must not be listed, by keyed hash.
CREATE TABLE registry.suppression (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    digest        bytea NOT NULL,         -- HMAC-SHA-256 of the canonical form; the key never enters SQL
    key_version   smallint NOT NULL,
    form_version  smallint NOT NULL,      -- of the canonical form that was hashed
    scope         text NOT NULL CHECK (scope IN ('all', 'person', 'company')),
    -- relist: keeps an address off the lists only until it is off them all; what its person asks for since takes its
    -- place and stays.
    reason        text NOT NULL
        CHECK (reason IN ('objection', 'erasure', 'left', 'do_not_contact', 'invalid', 'relist')),
    recorded_on   date NOT NULL,
    brought_on    date,                   -- the last night that a source brought the address
    lacked_since  date,                   -- the first night since then that all of them were whole and none brought it
    UNIQUE (digest, key_version, form_version, scope)
);

-- Who took an objection back, and when: an older answer, or an older export, does not count any more.
CREATE TABLE registry.withdrawal (
    digest        bytea NOT NULL,
    key_version   smallint NOT NULL,
    form_version  smallint NOT NULL,
    scope         text NOT NULL CHECK (scope IN ('all', 'person', 'company')),
    withdrawn_at  timestamptz NOT NULL,
    PRIMARY KEY (digest, key_version, form_version, scope)
);

-- Who came after the backup that was restored, by keyed hash. On a list they are ours, though the registry does not know
-- them: those whom no source brings any more are taken off.
CREATE TABLE registry.added_since_backup (
    digest       bytea NOT NULL,
    key_version  smallint NOT NULL,
    audience     text NOT NULL CHECK (audience IN ('person', 'company')),
    noted_on     date NOT NULL,           -- the day of the restore
    PRIMARY KEY (digest, key_version, audience)
);

-- Counts for those who may see no address -------------------------------------------------------------

CREATE VIEW registry.audience_count AS
    SELECT a.audience,
           count(*) AS addresses,
           count(*) FILTER (WHERE u.absent_since IS NULL) AS present,
           count(u.absent_since) AS absent
    FROM registry.address a LEFT JOIN registry.unseen u ON u.address_id = a.id
    GROUP BY a.audience;
CREATE VIEW registry.listing_count AS
    SELECT target,
           count(*) FILTER (WHERE registry.member_state(l) IN ('on_list', 'missing')) AS listed,
           count(*) FILTER (WHERE registry.member_state(l) = 'missing') AS missing
    FROM registry.listing l GROUP BY target;
CREATE VIEW registry.withheld_count AS SELECT target, count(*) AS withheld FROM registry.withheld GROUP BY target;
RESET ROLE;
