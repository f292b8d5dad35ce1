-- name: loader
SET LOCAL ROLE loader

-- name: list_sync
SET LOCAL ROLE list_sync

-- name: retention
SET LOCAL ROLE retention

-- name: retention_session
SET ROLE retention

-- name: rights
SET LOCAL ROLE rights

-- name: report
SET LOCAL ROLE report

-- name: lock
SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))

-- name: set_based
-- Whole sets are compared here. Fresh rows have no statistics, so the planner takes them for a handful and reads
-- them once for each address (seen on PostgreSQL 18.4: 47 s instead of 0.1 s for 15,000), or sorts what could be
-- hashed; ANALYZE did not always help, with three targets in one table. What fits into memory is not to be spilled.
-- Once autovacuum has found statistics, the planner expects so many rows of a full join that handing them over seems too
-- dear for several workers (PostgreSQL 18.4, ten million, two cores: 11 s instead of 8 s).
SELECT set_config('enable_nestloop', 'off', true), set_config('enable_mergejoin', 'off', true),
       set_config('enable_sort', 'off', true), set_config('parallel_tuple_cost', '0', true),
       set_config('work_mem', :work_mem, true)
