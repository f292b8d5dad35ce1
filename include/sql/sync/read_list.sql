-- name: find_unclean_end
-- When the last sync of this list ended that may have left a request behind. `own`: this run itself may have left one,
-- before its worker died.
SELECT (SELECT max(r.ended_at) FROM operations.run r
        WHERE r.kind = 'sync' AND r.subject = :target AND r.id <> :run_id AND r.state IN ('abandoned', 'failed')
          AND EXISTS (SELECT FROM operations.plan p JOIN operations.plan_item i ON i.plan_id = p.id
                      WHERE p.kind = 'sync' AND p.subject = :target AND i.asked_at >= r.started_at)) AS ended_at,
       EXISTS (SELECT FROM operations.plan p JOIN operations.plan_item i ON i.plan_id = p.id
               WHERE p.run_id = :run_id AND p.subject = :target AND i.asked_at IS NOT NULL) AS own

-- name: clear_members
-- The members of this run, and of runs that ended without clearing their own.
DELETE FROM staging.member m
WHERE m.run_id = :run_id OR NOT EXISTS (SELECT FROM operations.run r WHERE r.id = m.run_id AND r.state = 'open')

-- name: copy_members
COPY staging.member (run_id, reading, member_id, email, suppressed) FROM STDIN

-- name: count_members
SELECT count(*) AS members FROM staging.member WHERE run_id = :run_id AND reading = :reading

-- name: stage_believed
-- A list that is kept by sheets and has no newer export: on it are the members that the last export showed and those
-- that imported sheets added, without those that imported sheets removed.
INSERT INTO staging.member (run_id, reading, member_id, email, suppressed)
SELECT :run_id, 1, 'a' || min(a.id), a.email,
       bool_and(EXISTS (SELECT FROM staging.suppressed s WHERE s.run_id = :run_id AND s.address_id = a.id))
FROM registry.listing l JOIN registry.address a ON a.id = l.address_id
WHERE l.target = :target AND (l.seen IS NOT NULL OR l.add_imported IS NOT NULL) AND l.remove_imported IS NULL
GROUP BY a.email

-- name: clear_suppressed
-- The same as in clear_members.
DELETE FROM staging.suppressed s
WHERE s.run_id = :run_id OR NOT EXISTS (SELECT FROM operations.run r WHERE r.id = s.run_id AND r.state = 'open')

-- name: read_addresses
SELECT id, audience, email FROM registry.address WHERE audience = ANY(:audiences)

-- name: copy_suppressed
COPY staging.suppressed (run_id, address_id) FROM STDIN

-- name: check_staged_suppressions
SELECT EXISTS (SELECT FROM staging.suppressed WHERE run_id = :run_id AND address_id = 0) AS staged
