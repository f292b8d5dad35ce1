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
