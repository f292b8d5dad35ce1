-- Who was not brought for a night or more and is here again.
WITH back AS (
    DELETE FROM registry.unseen u
    USING registry.address a, staging.candidate c
    WHERE u.address_id = a.id AND a.audience = :audience
      AND c.run_id = :night_id AND c.audience = :audience AND c.email = a.email
    RETURNING u.absent_since
)
SELECT count(absent_since) AS returned FROM back
