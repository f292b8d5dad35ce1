-- Who was not brought for a night or more and is here again.
WITH back AS (
    DELETE FROM registry.unseen u
    USING staging.candidate c
    WHERE c.run_id = :night_id AND c.audience = :audience AND c.address_id = u.address_id
    RETURNING u.absent_since
)
SELECT count(absent_since) AS returned FROM back
