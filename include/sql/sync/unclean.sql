-- When the last sync of this list ended that may have left a request behind; `own` where this very run may have, before
-- its worker died.
SELECT (SELECT max(r.ended_at) FROM operations.run r
        WHERE r.kind = 'sync' AND r.subject = :target AND r.id <> :run_id AND r.state IN ('abandoned', 'failed')
          AND EXISTS (SELECT FROM operations.plan p JOIN operations.plan_item i ON i.plan_id = p.id
                      WHERE p.target = :target AND i.asked_at >= r.started_at)) AS ended_at,
       EXISTS (SELECT FROM operations.plan p JOIN operations.plan_item i ON i.plan_id = p.id
               WHERE p.run_id = :run_id AND p.target = :target AND i.asked_at IS NOT NULL) AS own
