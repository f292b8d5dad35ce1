-- name: v0005_lists
-- Lists that are frozen, kept by sheets, reset, or refuse an address; and a volume that a person accepted.
SET ROLE registry_owner;

ALTER TABLE registry.listing
    ADD COLUMN refused_on      date,         -- asked, and not there as it was written: not asked again for a while
    ADD COLUMN add_imported    timestamptz,  -- by sheets: the one that adds it is known to have been imported
    ADD COLUMN remove_imported timestamptz;  -- and the one that removes it

ALTER TABLE registry.suppression
    DROP CONSTRAINT suppression_reason_check,
    ADD CONSTRAINT suppression_reason_check
        CHECK (reason IN ('objection', 'erasure', 'left', 'do_not_contact', 'invalid'));
ALTER TABLE operations.run
    DROP CONSTRAINT run_kind_check,
    ADD CONSTRAINT run_kind_check
        CHECK (kind IN ('night', 'extract', 'check', 'load', 'leavers', 'sync', 'expire'));

ALTER TABLE operations.plan
    ADD COLUMN from_read boolean NOT NULL DEFAULT true,   -- of the list itself; else of what its sheets say
    ADD COLUMN reset     boolean NOT NULL DEFAULT false,  -- the list lost its members: republish, or did they leave?
    ADD COLUMN choice    text CHECK (choice IN ('republish', 'left'));
ALTER TABLE operations.plan_item
    ADD COLUMN outcome text CHECK (outcome IN ('done', 'refused', 'failed'));  -- what the vendor answered, if it did

-- A list that is being sent from stands still for additions.
CREATE TABLE operations.freeze (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    target     text NOT NULL,
    until      date NOT NULL,                -- the last day
    frozen_at  timestamptz NOT NULL,
    frozen_by  text NOT NULL,
    why        text NOT NULL,
    lifted_at  timestamptz
);
CREATE UNIQUE INDEX freeze_one ON operations.freeze (target) WHERE lifted_at IS NULL;

-- Sheets that were made for a person to import. One at a time is in force.
CREATE TABLE operations.delivery (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    plan_id      bigint NOT NULL REFERENCES operations.plan (id),
    target       text NOT NULL,
    state        text NOT NULL CHECK (state IN ('making', 'delivered', 'imported', 'superseded', 'confirmed')),
    made_at      timestamptz NOT NULL,
    since        date NOT NULL,              -- from when on no export has shown the list to be level
    files        jsonb NOT NULL DEFAULT '{}',  -- name -> {rows, sha256}
    imported_at  timestamptz,
    imported_by  text
);
CREATE UNIQUE INDEX delivery_one ON operations.delivery (target) WHERE state IN ('delivered', 'imported');

-- The export that a list was last read from: the same file is not a second read.
CREATE TABLE operations.export (
    target    text PRIMARY KEY,
    taken_at  timestamptz NOT NULL,
    run_id    bigint NOT NULL REFERENCES operations.run (id)
);

-- A volume that the gate stopped and a person accepted, for exactly what came.
CREATE TABLE operations.acceptance (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source       text NOT NULL,
    digest       text NOT NULL,              -- of the proof
    received     bigint NOT NULL,
    accepted_at  timestamptz NOT NULL,
    accepted_by  text NOT NULL,
    why          text NOT NULL,
    UNIQUE (source, digest, received)
);

GRANT SELECT, INSERT, UPDATE ON operations.freeze, operations.delivery, operations.export TO list_sync;
GRANT SELECT, INSERT ON operations.acceptance TO loader;
GRANT SELECT ON operations.freeze, operations.delivery, operations.acceptance TO report;
RESET ROLE;
