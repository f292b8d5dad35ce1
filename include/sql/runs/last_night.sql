-- Held ones too: what a night holds back, it holds for a day that was believed.
SELECT max(business_date) AS business_date FROM operations.run WHERE kind = 'night' AND state IN ('done', 'held')
