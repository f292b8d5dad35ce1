-- One list's members as they should be: each canonical address of its audiences once, in byte order.
SELECT DISTINCT canonical
  FROM listed
 WHERE audience IN (SELECT value FROM json_each(?))
 ORDER BY canonical
