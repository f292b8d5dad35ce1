-- name: departed
-- Of tonight: whom no source brought for the first time (`newly`), and whose absence was proven. Both audiences' ids.
SELECT address_id, since = :on AS newly, absent_since IS NOT DISTINCT FROM CAST(:on AS date) AS proven
FROM registry.unseen WHERE since = :on OR absent_since = :on

-- name: addresses_of
-- By an array: nested loops are off where whole sets are compared, and a join would read every address.
SELECT id, email FROM registry.address WHERE audience = :audience AND id = ANY(:ids)
