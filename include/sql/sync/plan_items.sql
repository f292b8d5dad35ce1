-- name: plan_items
-- Compares three sets: who is desired, who is on the list by the read, and what we asked and saw before. Each action is
-- a row with ids only. An address in both audiences is one desired address; the id that is already listed is preferred.
INSERT INTO operations.plan_item (plan_id, action, address_id, member_id)
WITH desired AS (
    SELECT DISTINCT ON (d.email) d.id, d.email
    FROM registry.desired(:run_id, CAST(:audiences AS text[]), CAST(:oldest AS date[])) d
    LEFT JOIN registry.listing l ON l.address_id = d.id AND l.target = :target
    ORDER BY d.email, l.address_id IS NULL, d.id
), member AS (
    SELECT member_id, email, suppressed FROM staging.member WHERE run_id = :run_id AND reading = 1
), duplicated AS (
    SELECT email, min(member_id) AS kept FROM member GROUP BY email HAVING count(*) > 1
), listed AS (
    SELECT l.address_id, registry.member_state(l) AS state, l.missed_in, l.refused_on, a.email
    FROM registry.listing l JOIN registry.address a ON a.id = l.address_id
    WHERE l.target = :target
)
SELECT :plan_id, 'add', d.id, NULL
FROM desired d
WHERE NOT EXISTS (SELECT FROM member m WHERE m.email = d.email)
  -- A member whom we saw before, did not ask to remove, and whom the read lacks may have left. Nobody adds them again
  -- between the reads. If a person says so, a list that was reset is filled again, except with those who were missing
  -- before.
  AND NOT EXISTS (SELECT FROM listed l WHERE l.email = d.email
                  AND (l.state = 'missing' OR l.state = 'on_list' AND NOT CAST(:reset AS boolean)))
  -- The vendor refused or altered the address. Asking again could add the altered address a second time.
  AND NOT EXISTS (SELECT FROM listed l WHERE l.email = d.email AND l.refused_on > :refused_before)
  -- The list was adopted without them. They may have left it before, and nobody knows yet.
  AND NOT EXISTS (SELECT FROM registry.withheld w JOIN registry.address a ON a.id = w.address_id
                  WHERE w.target = :target AND a.email = d.email)
  -- They are missing on another list, so they may have left every list.
  AND NOT EXISTS (SELECT FROM registry.listing o JOIN registry.address a ON a.id = o.address_id
                  WHERE registry.member_state(o) = 'missing' AND a.email = d.email)
UNION ALL
SELECT :plan_id, 'remove', min(l.address_id), m.member_id
FROM member m LEFT JOIN listed l ON l.email = m.email
WHERE NOT EXISTS (SELECT FROM desired d WHERE d.email = m.email)
  AND (l.address_id IS NOT NULL OR m.suppressed)
GROUP BY m.member_id
UNION ALL
-- An address that is on the list more than once: one copy stays.
SELECT :plan_id, 'duplicate', NULL, m.member_id
FROM member m JOIN duplicated t ON t.email = m.email AND t.kept <> m.member_id
WHERE EXISTS (SELECT FROM desired d WHERE d.email = m.email)
UNION ALL
SELECT :plan_id, 'unmanaged', NULL, m.member_id
FROM member m
WHERE NOT m.suppressed
  AND NOT EXISTS (SELECT FROM desired d WHERE d.email = m.email)
  AND NOT EXISTS (SELECT FROM listed l WHERE l.email = m.email)
UNION ALL
SELECT :plan_id, 'adopt', d.id, min(m.member_id)
FROM desired d JOIN member m ON m.email = d.email
WHERE NOT EXISTS (SELECT FROM listed l WHERE l.email = d.email)
GROUP BY d.id
UNION ALL
SELECT :plan_id, 'left', l.address_id, NULL
FROM listed l
WHERE l.state = 'missing' AND l.missed_in < :run_id AND NOT CAST(:reset AS boolean)
  AND NOT EXISTS (SELECT FROM member m WHERE m.email = l.email)
UNION ALL
SELECT :plan_id, 'missing', l.address_id, NULL
FROM listed l
WHERE l.state = 'on_list' AND NOT CAST(:reset AS boolean)
  AND NOT EXISTS (SELECT FROM member m WHERE m.email = l.email)
UNION ALL
-- Members whom a reset took and who are not desired any more: they did not leave, and need not be removed.
SELECT :plan_id, 'reset_unwanted', l.address_id, NULL
FROM listed l
WHERE l.state = 'on_list' AND CAST(:reset AS boolean)
  AND NOT EXISTS (SELECT FROM member m WHERE m.email = l.email)
  AND NOT EXISTS (SELECT FROM desired d WHERE d.email = l.email)
UNION ALL
-- Members whom a reset took and who are still desired: a person says whether to add them again or whether they left.
SELECT :plan_id, 'reset_wanted', l.address_id, NULL
FROM listed l
WHERE l.state = 'on_list' AND CAST(:reset AS boolean)
  AND NOT EXISTS (SELECT FROM member m WHERE m.email = l.email)
  AND EXISTS (SELECT FROM desired d WHERE d.email = l.email)
UNION ALL
-- A member whose removal was asked, who is still on the list, and who is desired again: the member stays.
SELECT :plan_id, 'cancel_removal', l.address_id, NULL
FROM listed l
WHERE l.state IN ('removal_asked', 'removal_imported')
  AND EXISTS (SELECT FROM member m WHERE m.email = l.email)
  AND EXISTS (SELECT FROM desired d WHERE d.email = l.email)
