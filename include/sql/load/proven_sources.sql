-- The sources of an audience whose extract proved itself whole tonight, and whether the gate let them pass.
SELECT p.source, p.run_id,
       (SELECT c.state FROM operations.run c
        WHERE c.parent_id = p.night_id AND c.kind = 'check' AND c.subject = p.source
        ORDER BY c.id DESC LIMIT 1) IS NOT DISTINCT FROM 'done' AS trusted
FROM operations.proof p
WHERE p.night_id = :night_id AND p.audience = :audience AND p.complete
ORDER BY p.source
