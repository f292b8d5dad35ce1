-- Run only when every source of the audience proved its extract complete tonight, after `returns`: who is unseen by now
-- is missing tonight as well.
UPDATE registry.unseen u
SET absent_since = :on
FROM registry.address a
WHERE u.address_id = a.id AND a.audience = :audience AND u.absent_since IS NULL
