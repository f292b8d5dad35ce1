-- The sources of an audience whose extract proved itself whole, and which the gate let pass, tonight.
SELECT p.source
FROM operations.proof p
WHERE p.night_id = :night_id AND p.audience = :audience AND p.complete
  AND (SELECT c.state FROM operations.run c
       WHERE c.parent_id = p.night_id AND c.kind = 'check' AND c.subject = p.source
       ORDER BY c.id DESC LIMIT 1) = 'done'
ORDER BY p.source
