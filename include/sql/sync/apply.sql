-- name: check_asked_before
-- Whether a worker that died has already asked for some of these actions.
SELECT EXISTS (SELECT FROM operations.plan_item
               WHERE plan_id = :plan_id AND action = ANY(:actions) AND asked_at IS NOT NULL) AS asked

-- name: clear_repeated_read
-- A worker that died may have begun to read the list again.
DELETE FROM staging.member WHERE run_id = :run_id AND reading = 0

-- name: drop_needless
-- Since the plan was made, somebody else may have added members or removed copies. Adding such a member again would
-- make a duplicate, and removing the copies could remove the last one.
WITH member AS (
    SELECT m.member_id, m.email FROM staging.member m WHERE m.run_id = :run_id AND m.reading = 0
), item AS (
    SELECT i.id, i.action, i.address_id, i.member_id FROM operations.plan_item i
    WHERE i.plan_id = :plan_id AND i.action IN ('add', 'duplicate') AND i.asked_at IS NULL AND NOT i.dropped
)
UPDATE operations.plan_item p SET dropped = true
WHERE p.id IN (
    SELECT item.id FROM item JOIN registry.address a ON a.id = item.address_id JOIN member m ON m.email = a.email
    WHERE item.action = 'add'
    UNION ALL
    SELECT min(item.id) FROM item JOIN member m ON m.member_id = item.member_id
    WHERE item.action = 'duplicate'
    GROUP BY m.email
    HAVING count(*) = (SELECT count(*) FROM member every WHERE every.email = m.email)
)

-- name: find_next_items
SELECT i.id, i.address_id, i.member_id, a.email, a.audience
FROM operations.plan_item i LEFT JOIN registry.address a ON a.id = i.address_id
WHERE i.plan_id = :plan_id AND i.action = :action AND i.asked_at IS NULL AND NOT i.dropped
ORDER BY i.id
LIMIT :batch

-- name: drop_additions
UPDATE operations.plan_item SET dropped = true
WHERE plan_id = :plan_id AND action = 'add' AND asked_at IS NULL

-- name: find_stale_additions
-- Additions that are not right any more: the address is not desired, or a newer plan has asked for it since. Ids say
-- which plan is newer, because a clock can be wrong.
SELECT i.id
FROM operations.plan_item i
WHERE i.id = ANY(:items)
  AND (NOT EXISTS (SELECT FROM registry.desired(:run_id, CAST(:audiences AS text[]), CAST(:oldest AS date[])) d
                   WHERE d.id = i.address_id)
       OR EXISTS (SELECT FROM operations.plan_item o JOIN operations.plan p ON p.id = o.plan_id
                  WHERE p.kind = 'sync' AND p.subject = :target AND o.plan_id > i.plan_id AND o.action = 'add'
                    AND o.address_id = i.address_id AND o.asked_at IS NOT NULL))

-- name: intend_additions
INSERT INTO registry.listing (target, address_id, add_asked)
SELECT :target, address_id, :at FROM unnest(CAST(:addresses AS bigint[])) AS asked (address_id)
ON CONFLICT (target, address_id)
DO UPDATE SET add_asked = excluded.add_asked, seen = NULL, remove_asked = NULL, missed_in = NULL, refused_on = NULL,
              add_imported = NULL, remove_imported = NULL

-- name: find_stale_removals
-- Removals that are not right any more: the address is desired again, under whichever id.
SELECT i.id
FROM operations.plan_item i JOIN registry.address mine ON mine.id = i.address_id
WHERE i.id = ANY(:items)
  AND EXISTS (SELECT FROM registry.desired(:run_id, CAST(:audiences AS text[]), CAST(:oldest AS date[])) d
              WHERE d.email = mine.email)

-- name: intend_removals
-- The removal is stored under every id of the address, because it may be listed from both audiences.
UPDATE registry.listing l SET remove_asked = :at, remove_imported = NULL
FROM registry.address mine, registry.address same
WHERE mine.id = ANY(:addresses) AND same.email = mine.email
  AND l.target = :target AND l.address_id = same.id

-- name: drop_items
UPDATE operations.plan_item SET dropped = true WHERE id = ANY(:items)

-- name: ask_items
UPDATE operations.plan_item SET asked_at = :at WHERE id = ANY(:items)

-- name: note_outcome
UPDATE operations.plan_item SET outcome = :outcome WHERE id = ANY(:items)

-- name: note_refused
-- The vendor refused these addresses.
UPDATE registry.listing SET refused_on = :on WHERE target = :target AND address_id = ANY(:addresses)

-- name: count_asked
SELECT action, count(*) FILTER (WHERE asked_at IS NOT NULL) AS asked, count(*) FILTER (WHERE dropped) AS dropped
FROM operations.plan_item WHERE plan_id = :plan_id GROUP BY action
