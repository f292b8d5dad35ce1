-- The addresses that are in these audiences still, of those whose objection was for the other one only.
SELECT email FROM registry.address WHERE audience = ANY(:audiences) AND email = ANY(:emails)
