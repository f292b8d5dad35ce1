-- `refused`: not there, and not asked for again for a while.
SELECT count(DISTINCT d.email) AS desired,
       count(DISTINCT d.email) FILTER (WHERE m.email IS NOT NULL) AS there,
       count(DISTINCT d.email) FILTER (WHERE m.email IS NULL AND l.refused_on > :refused_before) AS refused
FROM registry.desired(:run_id, CAST(:audiences AS text[]), CAST(:oldest AS date[])) d
LEFT JOIN staging.member m ON m.run_id = :run_id AND m.reading = :reading AND m.email = d.email
LEFT JOIN registry.listing l ON l.target = :target AND l.address_id = d.id
