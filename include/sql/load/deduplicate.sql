-- What load would publish: each address once an audience, over all its trusted sources, and which of the registry it is.
INSERT INTO staging.candidate (run_id, address_id, audience, email)
SELECT :night_id, a.id, :audience, r.email
FROM (SELECT DISTINCT email FROM staging.row WHERE run_id = ANY(:extracts) AND verdict = 'valid') r
LEFT JOIN registry.address a ON a.audience = :audience AND a.email = r.email
