-- name: rewrite
-- One statement a line, outside a transaction. FULL writes the heap and every index of the table anew. DELETE leaves
-- bytes in the tables of staging as well. If a lock takes longer than this, the rewrite stays pending for the next run.
SET lock_timeout = '60s'
VACUUM (FULL) registry.address
VACUUM (FULL) registry.unseen
VACUUM (FULL) staging.member
VACUUM (FULL) staging.row
VACUUM (FULL) staging.candidate
