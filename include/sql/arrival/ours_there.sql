-- Members that the registry knows, whatever their audience or state: they are on the list on account of it.
SELECT m.member_id, m.email FROM staging.member m
WHERE m.run_id = :run_id AND m.reading = :reading
  AND (m.suppressed OR EXISTS (SELECT FROM registry.address a WHERE a.email = m.email))
ORDER BY m.member_id
