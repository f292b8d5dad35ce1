-- Held ones too: what a night holds back, it holds for a day that was believed. And the day on which a person said that a
-- backup was restored: the nights since it was taken are not there any more.
SELECT max(business_date) AS business_date FROM operations.run
WHERE (kind = 'night' AND state IN ('done', 'held')) OR (kind = 'restore' AND state = 'done')
