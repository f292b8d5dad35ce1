-- From every list, as it is spelled there.
DELETE FROM webropol_member
 WHERE folded = :canonical
    OR seq IN (SELECT m.seq
                 FROM by_hand AS h
                CROSS JOIN webropol_member AS m ON m.folded = h.folded AND m.list_id = h.list_id
                WHERE h.address_id = :address_id)
