-- The restore took the place of the export that was read last, so that none from before it counts.
SELECT EXISTS (SELECT FROM operations.export e JOIN operations.run r ON r.id = e.run_id
               WHERE e.target = :target AND r.kind = 'restore') AS behind
