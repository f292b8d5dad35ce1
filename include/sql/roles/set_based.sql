-- Whole sets are compared here. Fresh rows have no statistics, so the planner takes them for a handful and reads
-- them once for each address (seen on PostgreSQL 18.4: 47 s instead of 0.1 s for 15,000); ANALYZE did not always help,
-- with three targets in one table.
SET LOCAL enable_nestloop = off
