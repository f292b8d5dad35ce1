SELECT count(DISTINCT d.email) AS desired,
       count(DISTINCT d.email) FILTER (WHERE m.email IS NOT NULL) AS there
FROM registry.desired(:run_id, CAST(:audiences AS text[]), CAST(:oldest AS date[])) d
LEFT JOIN staging.member m ON m.run_id = :run_id AND m.reading = :reading AND m.email = d.email
