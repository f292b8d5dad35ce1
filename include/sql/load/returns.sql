-- Who was not brought for a night or more and is here again.
DELETE FROM registry.unseen u
USING registry.address a
WHERE u.address_id = a.id AND a.audience = :audience
  AND NOT EXISTS (SELECT FROM staging.missing m WHERE m.run_id = :night_id AND m.address_id = u.address_id)
RETURNING u.address_id, u.absent_since IS NOT NULL AS was_absent
