SELECT count(*) AS addresses,
       count(*) FILTER (WHERE due AND NOT listed) AS due,
       count(*) FILTER (WHERE due AND listed) AS still_listed
FROM (
    SELECT coalesce(u.absent_since <= :absent_before OR u.since <= :unseen_before, false) AS due,
           EXISTS (SELECT FROM registry.listing l WHERE l.address_id = a.id) AS listed
    FROM registry.address a LEFT JOIN registry.unseen u ON u.address_id = a.id
    WHERE a.audience = :audience
) every
