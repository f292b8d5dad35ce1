-- name: staged_sources
-- Return the sources with a complete proof tonight, in the order of their extracts.
SELECT source FROM operations.proof WHERE night_id = :night_id AND complete ORDER BY run_id

-- name: last_staged
-- Return how many rows each source staged on the last nights on which it was complete and passed the gate. The newest
-- night comes first.
SELECT source, array_agg(staged ORDER BY night_id DESC) AS last
FROM (
    SELECT p.source, p.staged, p.night_id,
           row_number() OVER (PARTITION BY p.source ORDER BY p.night_id DESC) AS back
    FROM operations.proof p
    WHERE p.night_id < :night_id AND p.complete
      AND EXISTS (SELECT FROM operations.run c
                  WHERE c.parent_id = p.night_id AND c.kind = 'check' AND c.subject = p.source AND c.state = 'done')
) earlier
WHERE back <= :nights
GROUP BY source

-- name: last_loaded
-- Return for each source the date of the last night whose load brought its staged rows into the registry.
SELECT p.source, max(l.business_date) AS loaded_on
FROM operations.proof p
JOIN operations.run l ON l.parent_id = p.night_id AND l.kind = 'load' AND l.subject = p.audience AND l.state = 'done'
WHERE p.night_id < :night_id AND p.complete
  AND EXISTS (SELECT FROM operations.run c
              WHERE c.parent_id = p.night_id AND c.kind = 'check' AND c.subject = p.source AND c.state = 'done')
GROUP BY p.source
