-- Listed by us once, and taken off since by people's hands: withheld like everybody who is not there.
DELETE FROM registry.listing l
USING registry.address a
WHERE l.target = :target AND a.id = l.address_id
  AND NOT EXISTS (SELECT FROM staging.member m WHERE m.run_id = :run_id AND m.reading = 1 AND m.email = a.email)
