-- name: v0007_expiry
-- Deletion that can be shown, the end of everything else, and what a restored database has to be told.
SET ROLE registry_owner;

ALTER TABLE operations.run
    DROP CONSTRAINT run_kind_check,
    ADD CONSTRAINT run_kind_check
        CHECK (kind IN ('night', 'extract', 'check', 'load', 'leavers', 'sync', 'adopt', 'pilot', 'close', 'expire',
                        'clear', 'restore'));

-- A suppression ends when every source, proven whole, has lacked its address for long enough.
ALTER TABLE registry.suppression
    ADD COLUMN brought_on    date,   -- the last night that a source brought the address
    ADD COLUMN lacked_since  date;   -- the first night since then that all of them were whole and none brought it
GRANT UPDATE (brought_on, lacked_since) ON registry.suppression TO loader;

-- What is emptied by DELETE keeps its bytes until it is rewritten.
GRANT MAINTAIN ON staging.row, staging.candidate, staging.member TO retention;

-- What happened ends as well.
GRANT DELETE ON operations.run, operations.proof, operations.plan, operations.delivery, operations.acceptance,
                operations.freeze TO retention;
GRANT SELECT ON operations.delivery, operations.acceptance, operations.freeze, operations.adoption, operations.export
      TO retention;

-- After a restore: ids that were given since the backup are known outside (an approval that waits, a report's folder).
CREATE FUNCTION operations.leap(p_by bigint) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT setval(pg_get_serial_sequence('operations.run', 'id'), coalesce(max(id), 0) + p_by) FROM operations.run;
    SELECT setval(pg_get_serial_sequence('operations.plan', 'id'), coalesce(max(id), 0) + p_by) FROM operations.plan;
    SELECT setval(pg_get_serial_sequence('operations.delivery', 'id'), coalesce(max(id), 0) + p_by)
    FROM operations.delivery;
$$;
REVOKE ALL ON FUNCTION operations.leap FROM PUBLIC;
GRANT EXECUTE ON FUNCTION operations.leap TO list_sync;
RESET ROLE;
