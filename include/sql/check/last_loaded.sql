-- The last night that brought what each source staged into the registry.
SELECT p.source, max(l.business_date) AS loaded_on
FROM operations.proof p
JOIN operations.run l ON l.parent_id = p.night_id AND l.kind = 'load' AND l.subject = p.audience AND l.state = 'done'
WHERE p.night_id < :night_id AND p.complete
  AND EXISTS (SELECT FROM operations.run c
              WHERE c.parent_id = p.night_id AND c.kind = 'check' AND c.subject = p.source AND c.state = 'done')
GROUP BY p.source
