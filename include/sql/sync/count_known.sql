-- How many of the registry's addresses are among these.
SELECT count(*) AS known FROM registry.address WHERE email = ANY(:emails)
