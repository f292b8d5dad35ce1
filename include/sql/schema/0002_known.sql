-- name: v0002_known
-- The gate also sees whom the audience knew before tonight, present or not: `known` is NULL where there is no address.
-- The join is on a unique key: where a query does not ask for `known`, the planner leaves it out.
SET ROLE registry_owner;
CREATE OR REPLACE VIEW staging.row_under_check AS
    SELECT r.email, r.verdict, CASE WHEN r.email IS NOT NULL THEN a.id IS NOT NULL END AS known
    FROM staging.row r
    LEFT JOIN registry.address a ON a.audience = r.audience AND a.email = r.email
    WHERE r.run_id = current_setting('registry.run')::bigint AND r.source = current_setting('registry.subject');
RESET ROLE;
