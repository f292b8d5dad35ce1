-- One list's members as they should be: each canonical address of its audiences once, or as a person spelled it who put it
-- there and where it still is; and whom that person put there and no system ever gave. In byte order. (SQLite keeps the
-- order of a CROSS JOIN: the other way round every member is held against everybody on the list.)
SELECT coalesce((SELECT h.email
                   FROM by_hand AS h
                   JOIN webropol_member AS m ON m.list_id = h.list_id AND m.folded = h.folded AND m.email = h.email
                  WHERE h.list_id = :list AND h.address_id = l.address_id),
                l.canonical) AS email
  FROM (SELECT DISTINCT address_id, canonical
          FROM listed
         WHERE audience IN (SELECT value FROM json_each(:audiences))) AS l
UNION ALL
SELECT m.email
  FROM by_hand AS h
 CROSS JOIN webropol_member AS m ON m.folded = h.folded AND m.list_id = h.list_id AND m.email = h.email
 WHERE h.list_id = :list AND h.stranger
 ORDER BY email
