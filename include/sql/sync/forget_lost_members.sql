-- A collector that was emptied: the same, of those whom the read does not show.
DELETE FROM registry.listing l
USING registry.address a
WHERE a.id = l.address_id AND l.target = :target AND l.missed_in IS NULL
  AND NOT EXISTS (SELECT FROM staging.member m WHERE m.run_id = :run_id AND m.reading = 1 AND m.email = a.email)
