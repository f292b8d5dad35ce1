-- Run only when every source of the audience proved its extract complete tonight.
UPDATE registry.unseen u
SET absent_since = :on
FROM registry.address a
WHERE u.address_id = a.id AND a.audience = :audience AND u.absent_since IS NULL
  AND NOT EXISTS (SELECT FROM staging.candidate c
                  WHERE c.run_id = :night_id AND c.audience = :audience AND c.address_id = a.id)
