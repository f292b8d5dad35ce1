-- Off every target first: a listing row goes only when a read-back has shown the member gone.
DELETE FROM registry.address a
USING registry.unseen u
WHERE u.address_id = a.id AND a.audience = :audience
  AND (u.absent_since <= :absent_before OR u.since <= :unseen_before)
  AND NOT EXISTS (SELECT FROM registry.listing l WHERE l.address_id = a.id)
