-- name: find_last_reading
SELECT business_date FROM operations.run
WHERE kind = 'unsubscribes' AND subject = :subject AND state = 'done'
ORDER BY id DESC LIMIT 1

-- name: count_known
-- It counts how many of these addresses the registry has.
SELECT count(*) AS known FROM registry.address WHERE email = ANY(:emails)

-- name: count_registry
SELECT count(*) AS addresses FROM registry.address
