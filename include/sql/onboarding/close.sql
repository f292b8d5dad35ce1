-- name: count_everything
SELECT (SELECT count(*) FROM registry.address) AS addresses,
       (SELECT count(*) FROM registry.suppression) AS suppressions,
       (SELECT count(*) FROM registry.listing) AS listings,
       (SELECT count(*) FROM operations.plan_item) AS plan_items

-- name: ours_there
-- Members that the registry knows, whatever their audience or state: they are on the list on account of it.
SELECT m.member_id, m.email FROM staging.member m
WHERE m.run_id = :run_id AND m.reading = :reading
  AND (m.suppressed OR EXISTS (SELECT FROM registry.address a WHERE a.email = m.email))
ORDER BY m.member_id

-- name: delete_listing
DELETE FROM registry.listing

-- name: delete_plan_item
DELETE FROM operations.plan_item

-- name: delete_address
DELETE FROM registry.address

-- name: delete_rights_case
DELETE FROM operations.rights_case

-- name: delete_withdrawal
DELETE FROM registry.withdrawal

-- name: delete_suppression
DELETE FROM registry.suppression

-- name: deleted_so_far
SELECT counts FROM operations.run WHERE kind = 'close'
