-- name: compare
-- It counts addresses, not rows: somebody in both audiences is one, and so are two copies on the list.
WITH member AS (
    SELECT email, bool_or(suppressed) AS suppressed FROM staging.member
    WHERE run_id = :run_id AND reading = 1 GROUP BY email
), known AS (
    SELECT DISTINCT email FROM registry.address WHERE audience = ANY(CAST(:audiences AS text[]))
)
SELECT count(*) FILTER (WHERE m.email IS NOT NULL AND k.email IS NOT NULL) AS in_both,
       count(*) FILTER (WHERE k.email IS NULL) AS list_only,
       count(*) FILTER (WHERE m.email IS NULL AND k.email IS NOT NULL) AS registry_only,
       count(*) FILTER (WHERE m.suppressed) AS suppressed
FROM member m FULL JOIN known k ON k.email = m.email

-- name: forget_absent_members
-- People took these off the list since we listed them: they are withheld like everybody who is not on it.
DELETE FROM registry.listing l
USING registry.address a
WHERE l.target = :target AND a.id = l.address_id
  AND NOT EXISTS (SELECT FROM staging.member m WHERE m.run_id = :run_id AND m.reading = 1 AND m.email = a.email)

-- name: take_over_members
INSERT INTO registry.listing (target, address_id, seen)
SELECT :target, a.id, :at
FROM registry.address a
WHERE a.audience = ANY(CAST(:audiences AS text[]))
  AND EXISTS (SELECT FROM staging.member m WHERE m.run_id = :run_id AND m.reading = 1 AND m.email = a.email)
ON CONFLICT (target, address_id)
DO UPDATE SET seen = excluded.seen, remove_asked = NULL, remove_imported = NULL, missed_in = NULL

-- name: release_members
DELETE FROM registry.withheld w
USING registry.address a
WHERE w.target = :target AND a.id = w.address_id
  AND EXISTS (SELECT FROM staging.member m WHERE m.run_id = :run_id AND m.reading = 1 AND m.email = a.email)

-- name: withhold
INSERT INTO registry.withheld (target, address_id)
SELECT :target, a.id
FROM registry.address a
WHERE a.audience = ANY(CAST(:audiences AS text[]))
  AND NOT EXISTS (SELECT FROM staging.member m WHERE m.run_id = :run_id AND m.reading = 1 AND m.email = a.email)
ON CONFLICT DO NOTHING

-- name: end_earlier_adoptions
-- This adoption takes the place of those for which it was not known yet who had left.
UPDATE operations.adoption SET known_at = :at, known_by = 'a newer adoption'
WHERE target = :target AND known_at IS NULL

-- name: note_adoption
INSERT INTO operations.adoption (run_id, target, at, in_both, list_only, registry_only)
VALUES (:run_id, :target, :at, :in_both, :list_only, :registry_only)
