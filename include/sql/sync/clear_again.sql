-- A worker that died may have begun it.
DELETE FROM staging.member WHERE run_id = :run_id AND reading = 0
