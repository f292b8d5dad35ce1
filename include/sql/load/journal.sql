-- name: departed
-- Return the ids of the addresses that are unseen since tonight (`newly`), or whose absence was proven tonight
-- (`proven`). The ids are of all audiences.
SELECT address_id, since = :on AS newly, absent_since IS NOT DISTINCT FROM CAST(:on AS date) AS proven
FROM registry.unseen WHERE since = :on OR absent_since = :on

-- name: addresses_of
-- Return the addresses with these ids. The ids are an array, because nested loops are off when whole sets are compared,
-- and a join would read every address.
SELECT id, email FROM registry.address WHERE audience = :audience AND id = ANY(:ids)
