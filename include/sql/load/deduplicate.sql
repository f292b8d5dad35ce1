-- What load would change: each address once, whom the registry does not have, and the ids of whom nobody brought.
WITH missing AS (
    INSERT INTO staging.missing (run_id, audience, address_id)
    SELECT :night_id, :audience, id FROM staging.difference WHERE email IS NULL
)
INSERT INTO staging.candidate (run_id, audience, email)
SELECT DISTINCT CAST(:night_id AS bigint), :audience, email FROM staging.difference WHERE id IS NULL
