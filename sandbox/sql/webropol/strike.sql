-- The member who has been there the longest, of those who belong there tonight.
DELETE FROM webropol_member
 WHERE seq = (SELECT min(m.seq)
                FROM webropol_member AS m
                JOIN listed AS l ON l.canonical = m.email
               WHERE m.list_id = :list AND l.audience IN (SELECT value FROM json_each(:audiences)))
