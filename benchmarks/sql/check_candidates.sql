-- include/expectations/candidates.json, an expectation a column, in its order.
SELECT (SELECT coalesce(sum(times), 0)::bigint
        FROM (SELECT count(*) AS times FROM candidate_under_check GROUP BY audience, email HAVING count(*) > 1) AS twice),
       count(*) FILTER (WHERE email IS NULL),
       count(*) FILTER (WHERE email !~ %(given_3)s),
       count(*) FILTER (WHERE email ~ %(given_4)s),
       count(*) FILTER (WHERE length(email) NOT BETWEEN 5 AND 254)
FROM candidate_under_check
