-- Asked for, not there, and not wanted any more: with nothing under way they are on no list, and may expire.
DELETE FROM registry.listing l
USING registry.address a
WHERE a.id = l.address_id AND l.target = :target AND l.seen IS NULL
  AND NOT EXISTS (SELECT FROM staging.member m WHERE m.run_id = :run_id AND m.reading = 1 AND m.email = a.email)
  AND NOT EXISTS (SELECT FROM registry.desired(:run_id, CAST(:audiences AS text[]), CAST(:oldest AS date[])) d
                  WHERE d.email = a.email)
