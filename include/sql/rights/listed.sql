SELECT l.target, a.audience, l.add_asked, l.seen, l.remove_asked, l.missed_in IS NOT NULL AS missed
FROM registry.address a JOIN registry.listing l ON l.address_id = a.id
WHERE a.audience = ANY(:audiences) AND a.email = :email
