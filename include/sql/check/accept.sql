-- name: last_stopped
-- Return a source's proof of its last night, if it is complete and the gate stopped the source that night.
SELECT p.night_id, p.digest, p.received
FROM operations.proof p
WHERE p.source = :source AND p.complete
  AND p.night_id = (SELECT max(night_id) FROM operations.proof WHERE source = :source)
  AND (SELECT c.state FROM operations.run c WHERE c.parent_id = p.night_id AND c.kind = 'check' AND c.subject = p.source
       ORDER BY c.id DESC LIMIT 1) = 'held'

-- name: accept
-- Store a person's acceptance of what a source brought. An acceptance of the same contents stays as it is.
INSERT INTO operations.acceptance (source, digest, received, accepted_at, accepted_by, why)
VALUES (:source, :digest, :received, :at, :by, :why)
ON CONFLICT (source, digest, received) DO NOTHING

-- name: accepted
-- Return the sources that brought tonight exactly what a person accepted.
SELECT p.source
FROM operations.proof p
JOIN operations.acceptance a ON a.source = p.source AND a.digest = p.digest AND a.received = p.received
WHERE p.night_id = :night_id AND p.complete
