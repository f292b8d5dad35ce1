-- name: grants
-- Least privilege: what each role may do. The login has no right of its own.
SET ROLE registry_owner;

GRANT USAGE ON SCHEMA registry, staging, operations, audit TO loader, list_sync, retention, rights;
GRANT USAGE ON SCHEMA registry, operations, audit TO report;
GRANT SELECT, INSERT, UPDATE ON operations.run, operations.proof TO loader, list_sync, retention, rights;
GRANT EXECUTE ON FUNCTION audit.append TO loader, list_sync, retention, rights;

-- loader: extracts, checks, loads. It makes a table of the night's difference in staging and drops it again, in one
-- transaction; a retried extract replaces its own proof.
GRANT CREATE ON SCHEMA staging TO loader;
GRANT SELECT, INSERT, DELETE, TRUNCATE ON staging.row, staging.candidate, staging.not_brought TO loader;
GRANT SELECT ON staging.row_under_check, staging.candidate_under_check TO loader;
GRANT DELETE ON operations.proof TO loader;
GRANT SELECT, INSERT ON operations.acceptance TO loader;
GRANT SELECT, INSERT ON registry.address TO loader;
GRANT SELECT, INSERT, UPDATE, DELETE ON registry.unseen TO loader;
GRANT SELECT, UPDATE (brought_on, lacked_since) ON registry.suppression TO loader;

-- list_sync: reads lists, plans, applies, adopts; restores.
GRANT SELECT ON registry.address, registry.unseen TO list_sync;
GRANT EXECUTE ON FUNCTION registry.desired TO list_sync;
GRANT SELECT, INSERT, UPDATE, DELETE ON registry.listing TO list_sync;
GRANT SELECT, INSERT, DELETE ON registry.withheld TO list_sync;
GRANT SELECT, INSERT, UPDATE (reason, recorded_on) ON registry.suppression TO list_sync;
GRANT SELECT ON registry.withdrawal TO list_sync;
GRANT SELECT, INSERT ON registry.added_since_backup TO list_sync;
GRANT SELECT, INSERT, DELETE, TRUNCATE ON staging.member, staging.suppressed TO list_sync;
GRANT SELECT, INSERT, UPDATE ON operations.plan, operations.plan_item TO list_sync, retention;
GRANT SELECT, INSERT, UPDATE ON operations.freeze, operations.sheet_batch, operations.export TO list_sync;
GRANT SELECT, INSERT ON operations.stage TO list_sync;
GRANT SELECT, INSERT, UPDATE ON operations.adoption TO list_sync;
GRANT SELECT ON registry.withheld_count TO list_sync;
GRANT EXECUTE ON FUNCTION operations.leap TO list_sync;

-- retention: deletes what has expired, and rewrites the bytes (MAINTAIN): DELETE alone leaves them in the files.
GRANT SELECT, DELETE, MAINTAIN ON registry.address TO retention;
GRANT SELECT, MAINTAIN ON registry.unseen TO retention;
GRANT SELECT, MAINTAIN ON registry.listing TO retention;
GRANT MAINTAIN ON registry.withheld, registry.suppression TO retention;
GRANT SELECT, DELETE, MAINTAIN ON registry.withdrawal, registry.added_since_backup TO retention;
GRANT MAINTAIN ON staging.row, staging.candidate, staging.member TO retention;
GRANT DELETE, MAINTAIN ON operations.plan_item TO retention;
GRANT DELETE ON operations.run, operations.proof, operations.plan, operations.sheet_batch, operations.acceptance,
                operations.freeze TO retention;
GRANT SELECT ON operations.sheet_batch, operations.acceptance, operations.freeze, operations.adoption, operations.export
      TO retention;
GRANT SELECT, DELETE ON operations.rights_case TO retention;
GRANT SELECT ON audit.event TO retention;
GRANT EXECUTE ON FUNCTION audit.close_years TO retention;

-- rights: what a person asked for; and who keeps the keys sees what was made with them.
GRANT SELECT, DELETE ON registry.address TO rights;
GRANT SELECT ON registry.unseen, registry.withheld, registry.added_since_backup TO rights;
GRANT SELECT, DELETE, UPDATE (address_id) ON registry.listing TO rights;
GRANT SELECT, INSERT, DELETE, UPDATE (reason, recorded_on) ON registry.suppression TO rights;
GRANT SELECT, INSERT, UPDATE ON registry.withdrawal TO rights;
GRANT SELECT, INSERT, UPDATE ON operations.rights_case TO rights;
GRANT SELECT ON operations.plan, operations.plan_item, operations.sheet_batch, operations.stage TO rights;

-- report: counts only.
GRANT SELECT ON operations.run, operations.proof, operations.plan, operations.freeze, operations.sheet_batch,
                operations.acceptance, operations.stage, operations.adoption, registry.audience_count,
                registry.listing_count, registry.withheld_count, audit.event TO report;
GRANT SELECT (id, number, right_used, scope, received_on, due_on, state, opened_at, acted_on, deleted, rewritten_on,
              done_at, brought) ON operations.rights_case TO report;
RESET ROLE;
