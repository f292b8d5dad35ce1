-- Whether some of these acts were asked already, by a worker that is gone.
SELECT EXISTS (SELECT FROM operations.plan_item
               WHERE plan_id = :plan_id AND action = ANY(:acts) AND asked_at IS NOT NULL) AS asked
