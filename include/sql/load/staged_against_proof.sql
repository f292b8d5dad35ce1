-- A database that crashed has emptied its unlogged tables: what is staged must be what was proven.
SELECT p.source, p.staged AS proven, count(r.run_id) AS staged
FROM operations.proof p
LEFT JOIN staging.row r ON r.run_id = p.run_id
WHERE p.night_id = :night_id AND p.audience = :audience AND p.complete
GROUP BY p.source, p.staged
HAVING count(r.run_id) <> p.staged
