-- A database that crashed has emptied its unlogged tables: what is staged must be what was proven.
SELECT p.source, p.staged AS proven, count(r.source) AS staged
FROM operations.proof p
LEFT JOIN staging.row r ON r.run_id = p.night_id AND r.source = p.source
WHERE p.night_id = :night_id AND p.audience = :audience AND p.complete
GROUP BY p.source, p.staged
HAVING count(r.source) <> p.staged
