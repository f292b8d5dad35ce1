-- What a complete read shows: seen, or back after having been missed.
UPDATE registry.listing l
SET seen = coalesce(l.seen, :at), missed_in = NULL, refused_on = NULL
FROM registry.address a
WHERE a.id = l.address_id AND l.target = :target AND (l.seen IS NULL OR l.missed_in IS NOT NULL)
  AND EXISTS (SELECT FROM staging.member m WHERE m.run_id = :run_id AND m.reading = :reading AND m.email = a.email)
