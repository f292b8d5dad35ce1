-- The source's proof of its last night, where the gate stopped it.
SELECT p.night_id, p.digest, p.received
FROM operations.proof p
WHERE p.source = :source AND p.complete
  AND p.night_id = (SELECT max(night_id) FROM operations.proof WHERE source = :source)
  AND (SELECT c.state FROM operations.run c WHERE c.parent_id = p.night_id AND c.kind = 'check' AND c.subject = p.source
       ORDER BY c.id DESC LIMIT 1) = 'held'
