-- Whole sets are compared here. Fresh rows have no statistics, so the planner takes them for a handful and reads
-- them once for each address (seen on PostgreSQL 18.4: 47 s instead of 0.1 s for 15,000), or sorts what could be
-- hashed; ANALYZE did not always help, with three targets in one table. What fits into memory is not to be spilled.
SELECT set_config('enable_nestloop', 'off', true), set_config('enable_mergejoin', 'off', true),
       set_config('enable_sort', 'off', true), set_config('work_mem', :work_mem, true)
