-- name: rewrite
-- One statement a line, outside a transaction. FULL writes the heap and every index of the table anew; of what a list was
-- read into, and of staging, DELETE left bytes as well. Who waits longer than that for a lock owes it to the next run.
SET lock_timeout = '60s'
VACUUM (FULL) registry.address
VACUUM (FULL) registry.unseen
VACUUM (FULL) staging.member
VACUUM (FULL) staging.row
VACUUM (FULL) staging.candidate
