-- Since the plan was made somebody came onto the list by another hand, or copies went: adding would make twins, and
-- taking copies out could take the last one.
WITH member AS (
    SELECT m.member_id, m.email FROM staging.member m WHERE m.run_id = :run_id AND m.reading = 0
), item AS (
    SELECT i.id, i.action, i.address_id, i.member_id FROM operations.plan_item i
    WHERE i.plan_id = :plan_id AND i.action IN ('add', 'double') AND i.asked_at IS NULL AND NOT i.dropped
)
UPDATE operations.plan_item p SET dropped = true
WHERE p.id IN (
    SELECT item.id FROM item JOIN registry.address a ON a.id = item.address_id JOIN member m ON m.email = a.email
    WHERE item.action = 'add'
    UNION ALL
    SELECT min(item.id) FROM item JOIN member m ON m.member_id = item.member_id
    WHERE item.action = 'double'
    GROUP BY m.email
    HAVING count(*) = (SELECT count(*) FROM member every WHERE every.email = m.email)
)
