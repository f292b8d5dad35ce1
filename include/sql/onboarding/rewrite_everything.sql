-- name: rewrite_everything
-- One statement a line, outside a transaction.
VACUUM (FULL) registry.address
VACUUM (FULL) registry.unseen
VACUUM (FULL) registry.listing
VACUUM (FULL) registry.withheld
VACUUM (FULL) registry.suppression
VACUUM (FULL) operations.plan_item
VACUUM (FULL) registry.withdrawal
