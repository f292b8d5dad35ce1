SELECT p.source
FROM operations.proof p
JOIN operations.acceptance a ON a.source = p.source AND a.digest = p.digest AND a.received = p.received
WHERE p.night_id = :night_id AND p.complete
