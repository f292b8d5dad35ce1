-- What load would publish: each address once an audience, over all its trusted sources.
INSERT INTO staging.candidate (run_id, audience, email)
SELECT DISTINCT r.run_id, r.audience, r.email
FROM staging.row r
WHERE r.run_id = :night_id AND r.audience = :audience AND r.source = ANY(:sources) AND r.verdict = 'valid'
