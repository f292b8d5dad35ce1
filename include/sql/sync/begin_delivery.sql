INSERT INTO operations.delivery (plan_id, target, state, made_at, since)
VALUES (:plan_id, :target, 'making', :at,
        coalesce((SELECT since FROM operations.delivery WHERE target = :target AND state IN ('delivered', 'imported')), :on))
RETURNING id
