-- The last night on which each source of an audience came whole and passed the gate.
SELECT p.source, max(n.business_date) AS whole_on
FROM operations.proof p
JOIN operations.run n ON n.id = p.night_id
WHERE p.audience = :audience AND p.complete
  AND (SELECT c.state FROM operations.run c WHERE c.parent_id = p.night_id AND c.kind = 'check' AND c.subject = p.source
       ORDER BY c.id DESC LIMIT 1) = 'done'
GROUP BY p.source
