-- By an array: nested loops are off where whole sets are compared, and a join would read every address.
SELECT id, email FROM registry.address WHERE audience = :audience AND id = ANY(:ids)
