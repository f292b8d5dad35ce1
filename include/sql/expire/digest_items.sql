UPDATE operations.plan SET digest = (
    SELECT encode(sha256(convert_to(coalesce(string_agg(address_id::text, ',' ORDER BY address_id), ''), 'UTF8')), 'hex')
    FROM operations.plan_item WHERE plan_id = :plan_id)
WHERE id = :plan_id
