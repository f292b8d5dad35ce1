-- An export is believed where it is newer than both: than the one that was read last, and than the last import.
SELECT (SELECT taken_at FROM operations.export WHERE target = :target) AS read,
       (SELECT run_id FROM operations.export WHERE target = :target) AS run_id,
       (SELECT max(imported_at) FROM operations.delivery WHERE target = :target) AS imported
