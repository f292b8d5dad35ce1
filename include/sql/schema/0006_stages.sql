-- name: v0006_stages
-- An office arrives step by step: each list is observed, adopted, and goes live; or is given back to people's hands.
SET ROLE registry_owner;

ALTER TABLE operations.run
    DROP CONSTRAINT run_kind_check,
    ADD CONSTRAINT run_kind_check
        CHECK (kind IN ('night', 'extract', 'check', 'load', 'leavers', 'sync', 'adopt', 'pilot', 'close', 'expire'));

-- Where a list stands: its newest row. Without one it stands where the policy says that lists begin.
CREATE TABLE operations.stage (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    target  text NOT NULL,
    stage   text NOT NULL CHECK (stage IN ('observe', 'live', 'retreated')),
    at      timestamptz NOT NULL,
    by      text NOT NULL,
    why     text NOT NULL
);
CREATE INDEX stage_newest ON operations.stage (target, id DESC);

-- What an existing list was found to hold beside the registry; and how it became known who had left it before.
CREATE TABLE operations.adoption (
    run_id         bigint PRIMARY KEY REFERENCES operations.run (id),
    target         text NOT NULL,
    at             timestamptz NOT NULL,
    in_both        bigint NOT NULL,
    list_only      bigint NOT NULL,
    registry_only  bigint NOT NULL,
    known_at       timestamptz,
    known_by       text,      -- who signed that nobody had left; or the export that was read
    known_why      text
);
CREATE INDEX adoption_newest ON operations.adoption (target, run_id DESC);

-- In the registry and not on the list that was adopted: they may have left it earlier, and are not added until that is known.
CREATE TABLE registry.withheld (
    target      text COLLATE "C" NOT NULL,
    address_id  bigint NOT NULL REFERENCES registry.address (id) ON DELETE CASCADE,
    PRIMARY KEY (target, address_id)
);
CREATE INDEX withheld_address ON registry.withheld (address_id);
CREATE VIEW registry.withheld_count AS SELECT target, count(*) AS withheld FROM registry.withheld GROUP BY target;

GRANT SELECT, INSERT ON operations.stage TO list_sync;
GRANT SELECT, INSERT, UPDATE ON operations.adoption TO list_sync;
GRANT SELECT, INSERT, DELETE ON registry.withheld TO list_sync;
GRANT SELECT ON operations.stage, operations.adoption, registry.withheld_count TO report, list_sync;

-- The end of a registry deletes all that is about a person, each part by the role that may, and rewrites it.
GRANT SELECT, DELETE, MAINTAIN ON operations.plan_item TO retention;
GRANT MAINTAIN ON registry.listing, registry.withheld, registry.suppression TO retention;
RESET ROLE;
