-- How the list as read stands to what we saw on it before: the grounds for calling it reset.
WITH listed AS (
    SELECT a.email
    FROM registry.listing l JOIN registry.address a ON a.id = l.address_id
    WHERE l.target = :target AND l.seen IS NOT NULL AND l.remove_asked IS NULL
), member AS (
    SELECT m.email FROM staging.member m WHERE m.run_id = :run_id AND m.reading = :reading
)
SELECT (SELECT count(*) FROM listed) AS listed,
       (SELECT count(*) FROM listed l WHERE EXISTS (SELECT FROM member m WHERE m.email = l.email)) AS listed_there,
       (SELECT count(*) FROM member) AS members
