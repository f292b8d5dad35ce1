-- include/expectations/staged.json, an expectation a column, in its order.
SELECT count(*),
       count(*) FILTER (WHERE email IS NULL),
       count(*) FILTER (WHERE known <> ALL (%(given_3)s)),
       count(*) FILTER (WHERE verdict <> ALL (%(given_4)s)),
       count(*) FILTER (WHERE verdict <> 'valid' AND email IS NOT NULL),
       count(*) FILTER (WHERE verdict = 'valid' AND email IS NULL),
       count(*) FILTER (WHERE email !~ %(given_7)s),
       count(*) FILTER (WHERE email ~ %(given_8)s),
       count(*) FILTER (WHERE length(email) NOT BETWEEN 5 AND 254),
       count(*) FILTER (WHERE email !~ %(given_10)s),
       count(*) FILTER (WHERE email ~ %(given_11)s)
FROM row_under_check
