INSERT INTO registry.listing (target, address_id, seen)
SELECT :target, a.id, :at
FROM registry.address a
WHERE a.audience = ANY(CAST(:audiences AS text[]))
  AND EXISTS (SELECT FROM staging.member m WHERE m.run_id = :run_id AND m.reading = 1 AND m.email = a.email)
ON CONFLICT (target, address_id)
DO UPDATE SET seen = excluded.seen, remove_asked = NULL, remove_imported = NULL, missed_in = NULL
