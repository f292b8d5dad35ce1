SELECT action, count(*) AS items,
       encode(sha256(convert_to(string_agg(concat_ws(':', address_id, member_id), ',' ORDER BY address_id, member_id),
                                'UTF8')), 'hex') AS digest
FROM operations.plan_item WHERE plan_id = :plan_id GROUP BY action ORDER BY action
