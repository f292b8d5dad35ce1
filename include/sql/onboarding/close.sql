-- name: count_everything
SELECT (SELECT count(*) FROM registry.address) AS addresses,
       (SELECT count(*) FROM registry.suppression) AS suppressions,
       (SELECT count(*) FROM registry.listing) AS listings,
       (SELECT count(*) FROM operations.plan_item) AS plan_items

-- name: find_our_members
-- Members that the registry knows, whatever their audience or state: they are on the list because of it.
SELECT m.member_id, m.email FROM staging.member m
WHERE m.run_id = :run_id AND m.reading = :reading
  AND (m.suppressed OR EXISTS (SELECT FROM registry.address a WHERE a.email = m.email))
ORDER BY m.member_id

-- name: delete_listings
DELETE FROM registry.listing

-- name: delete_plan_items
DELETE FROM operations.plan_item

-- name: delete_addresses
DELETE FROM registry.address

-- name: delete_rights_cases
DELETE FROM operations.rights_case

-- name: delete_withdrawals
DELETE FROM registry.withdrawal

-- name: delete_suppressions
DELETE FROM registry.suppression

-- name: find_deleted
SELECT counts FROM operations.run WHERE kind = 'close'
