-- From every list, as it is spelled there.
DELETE FROM webropol_member
 WHERE folded = :canonical
    OR seq IN (SELECT m.seq
                 FROM by_hand AS h
                 JOIN webropol_member AS m ON m.list_id = h.list_id AND m.folded = h.folded
                WHERE h.address_id = :address_id)
