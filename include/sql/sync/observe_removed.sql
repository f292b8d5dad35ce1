-- Asked to go, and gone: this target is done with the address.
DELETE FROM registry.listing l
USING registry.address a
WHERE a.id = l.address_id AND l.target = :target AND l.remove_asked IS NOT NULL
  AND NOT EXISTS (SELECT FROM staging.member m WHERE m.run_id = :run_id AND m.reading = :reading AND m.email = a.email)
