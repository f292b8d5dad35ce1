-- name: staged_sources
SELECT source FROM operations.proof WHERE night_id = :night_id AND complete ORDER BY run_id

-- name: last_staged
-- What the last nights staged that were whole and passed the gate, newest first.
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
-- The last night that brought what each source staged into the registry.
SELECT p.source, max(l.business_date) AS loaded_on
FROM operations.proof p
JOIN operations.run l ON l.parent_id = p.night_id AND l.kind = 'load' AND l.subject = p.audience AND l.state = 'done'
WHERE p.night_id < :night_id AND p.complete
  AND EXISTS (SELECT FROM operations.run c
              WHERE c.parent_id = p.night_id AND c.kind = 'check' AND c.subject = p.source AND c.state = 'done')
GROUP BY p.source
