-- A database that crashed has emptied its unlogged tables: what is staged must be what was proven.
SELECT source, proven, staged
FROM (SELECT p.source, p.staged AS proven, (SELECT count(*) FROM staging.row r WHERE r.run_id = p.run_id) AS staged
      FROM operations.proof p
      WHERE p.night_id = :night_id AND p.audience = :audience AND p.complete) proof
WHERE staged <> proven
