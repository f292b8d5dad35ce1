-- name: find_last_pilot
SELECT business_date FROM operations.run WHERE kind = 'pilot' AND state = 'done' ORDER BY id DESC LIMIT 1

-- name: find_steps
-- How far a list has come since it last began to be observed: nights observed, the adoption, verified nights of the pilot.
WITH began AS (
    SELECT coalesce(max(at), '-infinity') AS at FROM operations.stage WHERE target = :target AND stage <> 'live'
), adoption AS (
    SELECT a.at, a.known_at, a.known_by FROM operations.adoption a
    WHERE a.target = :target AND a.at >= (SELECT at FROM began) ORDER BY a.run_id DESC LIMIT 1
)
SELECT (SELECT count(DISTINCT r.business_date) FROM operations.run r
        WHERE r.kind = 'sync' AND r.subject = :target AND r.state = 'done' AND r.counts -> 'observed' IS NOT NULL
          AND r.started_at >= (SELECT at FROM began)) AS observed,
       (SELECT count(DISTINCT r.business_date) FROM operations.run r
        WHERE r.kind = 'pilot' AND r.state = 'done' AND r.counts ->> 'verified' = '1') AS piloted,
       (SELECT at FROM adoption) AS adopted_at,
       (SELECT known_at FROM adoption) AS known_at

-- name: forget_members
-- The list is not ours any more, and adopting it again begins with reading it. An address may expire meanwhile.
DELETE FROM registry.listing WHERE target = :target
