-- The page's first row by the index alone: the rows before it are not read.
SELECT member_id, email FROM webropol_member
WHERE list_id = lower(?1)
  AND seq >= (SELECT seq FROM webropol_member WHERE list_id = lower(?1) ORDER BY seq LIMIT 1 OFFSET ?3)
ORDER BY seq LIMIT ?2
